/**
 * Comes before the script of every page, and is a file of its own: whatever that script does, also on its first line, the page says what
 * failed and leads to the log. It is never blank. Keep it small, and without anything that can fail itself.
 */
import { failed, failureNotice, type Failure } from './failure.ts'
import type { FromAnyPage } from './shared/failure-messages.ts'

interface VsCodeApi {
  postMessage(message: unknown): void
}
declare global {
  interface Window {
    acquireVsCodeApi: () => VsCodeApi
  }
}

// It can be called only once, and the page's own script needs it too.
const acquire = window.acquireVsCodeApi
let api: VsCodeApi | undefined
window.acquireVsCodeApi = () => (api ??= acquire())
const post = (message: FromAnyPage) => window.acquireVsCodeApi().postMessage(message)

// The style sheet shows the sentence of the page itself only where this script is missing.
document.documentElement.classList.add('guarded')
document.addEventListener('DOMContentLoaded', () => document.getElementById('starting')?.remove())

/** The first failure is what matters; those that follow from it go to the log. */
let shown = false

function fail(error: unknown): void {
  const starts = document.readyState === 'loading'
  const failure: Failure = {
    what: starts ? 'This page could not start' : 'Something on this page failed',
    error,
  }
  post(failed(failure))
  if (shown) return
  shown = true
  if (document.body) show(failure, starts)
  else document.addEventListener('DOMContentLoaded', () => show(failure, starts))
}

function show(failure: Failure, instead: boolean): void {
  const close = () => {
    notice.remove()
    shown = false
  }
  const notice = failureNotice(failure, post, instead ? undefined : close)
  // What it has drawn of itself by now is half a page.
  if (instead) document.getElementById('app')?.setAttribute('hidden', '')
  document.body.prepend(notice)
}

// Capturing: that a file could not be loaded does not bubble.
window.addEventListener(
  'error',
  event => {
    const { target } = event
    if (target instanceof HTMLScriptElement) return fail(`${target.src} did not load`)
    if (target instanceof HTMLLinkElement) return fail(`${target.href} did not load`)
    // "ResizeObserver loop completed with undelivered notifications" has no error: the rest comes with the next frame.
    if (event.error !== null && event.error !== undefined) fail(event.error)
    else if (!event.message?.startsWith('ResizeObserver')) fail(event.message)
  },
  true,
)
window.addEventListener('unhandledrejection', event => fail(event.reason))
