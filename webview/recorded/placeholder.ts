/** What there is instead of the parts of the view while a recording is read, and where it cannot be. */
import { h, setText } from '../dom.ts'
import { icon } from '../icons.ts'
import { plural } from '../format.ts'
import type { FromRecording } from '../shared/recording-messages.ts'
import type { RecordedFeed } from './feed.ts'

export interface Placeholder {
  readonly element: HTMLElement
  update(): void
}

export function createPlaceholder(feed: RecordedFeed, post: (message: FromRecording) => void): Placeholder {
  const title = h('h2')
  const text = h('p', { role: 'status', 'aria-live': 'polite' })
  const buttons = h(
    'div',
    { class: 'buttons', hidden: true },
    h(
      'button',
      { type: 'button', class: 'primary', onclick: () => feed.ask() },
      icon('restart'),
      'Try Again',
    ),
    h(
      'button',
      { type: 'button', onclick: () => post({ type: 'openAsText' }) },
      icon('file'),
      'Open as Text',
    ),
  )
  const element = h('section', { class: 'empty', 'aria-label': 'Recording' }, title, text, buttons)
  return {
    element,
    update() {
      const { phase, name, events, problem = '' } = feed.recording
      const unreadable = phase === 'unreadable'
      setText(title, unreadable ? `Cannot open ${name}` : name === '' ? 'Reading' : `Reading ${name}`)
      setText(
        text,
        unreadable ? problem : events === 0 ? 'Reading the recording.' : `${plural(events, 'event')} so far.`,
      )
      buttons.hidden = !unreadable
    },
  }
}
