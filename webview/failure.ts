/** What stands on a page in place of what failed: a sentence, and the way to the log. */
import { h } from './dom.ts'
import { MAX_ERROR, type FromAnyPage } from './shared/failure-messages.ts'

export interface Failure {
  /** What cannot be shown, as the start of a sentence: "This page could not start". */
  what: string
  error: unknown
}

/** Screen readers say it at once. `close`, where there is something behind it that still works. */
export function failureNotice(
  { what, error }: Failure,
  post: (message: FromAnyPage) => void,
  close?: () => void,
): HTMLElement {
  const button = (name: string, onclick: () => void) => h('button', { type: 'button', onclick }, name)
  return h(
    'div',
    { class: 'failure', role: 'alert' },
    h('p', {}, `${what}: ${sentence(error)}`),
    button('Show Log', () => post({ type: 'openLog' })),
    close && button('Close', close),
  )
}

/** Tells the extension, for its log. */
export const failed = ({ what, error }: Failure): FromAnyPage => ({
  type: 'failed',
  what,
  error: (error instanceof Error ? (error.stack ?? String(error)) : String(error)).slice(0, MAX_ERROR),
})

/** Ends with a full stop, and is short enough to be read. */
function sentence(error: unknown): string {
  const [line = ''] = String(error).split('\n')
  const text = line.trim().slice(0, 300)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

const FAILED = 'p2plab-part-failed'

/** Runs what the browser calls by itself; what it throws is the failure of the part that `element` is in (live/guard.ts). */
export function asPartOf(element: HTMLElement, run: () => void): void {
  try {
    run()
  } catch (error) {
    // A part takes it for itself by preventing the default; otherwise it is the page's.
    const event = new CustomEvent(FAILED, { bubbles: true, cancelable: true, detail: error })
    if (element.dispatchEvent(event)) throw error
  }
}

/** Calls `fail` for what fails inside `element`. */
export const onPartFailed = (element: HTMLElement, fail: (error: unknown) => void): void =>
  element.addEventListener(FAILED, event => {
    event.preventDefault()
    event.stopPropagation()
    fail((event as CustomEvent<unknown>).detail)
  })
