/** The first lines of the view of a recording: which one it is, how the network was at the moment shown, and what is odd. */
import type { NetworkState } from '../../network/state.ts'
import { h, setAttribute, setText } from '../dom.ts'
import { icon } from '../icons.ts'
import { factsText, phaseText, type Toolbar } from '../panes/toolbar.ts'
import { plural } from '../format.ts'
import type { FromRecording } from '../shared/recording-messages.ts'
import type { RecordedFeed } from './feed.ts'
import { isCut, lengthText, madeText, notesText } from './words.ts'

export function createRecordingHeader(feed: RecordedFeed, post: (message: FromRecording) => void): Toolbar {
  const title = h('h2', { class: 'recording-name' })
  const about = h('span', { class: 'quiet' })
  const phase = h('span', { class: 'network-phase' })
  const facts = h('span', { class: 'quiet' })
  const reload = h(
    'button',
    { type: 'button', class: 'primary', onclick: () => feed.ask(), hidden: true },
    icon('restart'),
    'Reload',
  )
  const text = h(
    'button',
    { type: 'button', onclick: () => post({ type: 'openAsText' }) },
    icon('file'),
    'Open as Text',
  )
  const notes = h('ul')
  const notesBox = h(
    'section',
    { class: 'notices', 'aria-label': 'About this recording', hidden: true },
    notes,
  )
  const element = h(
    'header',
    { class: 'recording' },
    h(
      'div',
      { class: 'toolbar' },
      h(
        'div',
        { class: 'recording-lines' },
        h(
          'div',
          { class: 'status' },
          h(
            'span',
            { class: 'recording-tag' },
            h('span', { class: 'recording-dot', 'aria-hidden': 'true' }),
            'Recording',
          ),
          title,
          about,
        ),
        h('div', { class: 'status' }, phase, facts),
      ),
      h('div', { class: 'buttons', role: 'toolbar', 'aria-label': 'Recording' }, reload, text),
    ),
    notesBox,
  )
  let told = ''
  return {
    element,
    update(state: NetworkState) {
      const { recording, log } = feed
      const length = log.state.at - log.timeAt(log.first)
      setText(title, recording.name)
      setText(
        about,
        [
          madeText(recording.createdAt),
          plural(Object.keys(log.state.nodes).length, 'node'),
          lengthText(length),
          plural(isCut(log) ? recording.events : log.last - log.first, 'event'),
        ].join(' · '),
      )
      setAttribute(phase, 'data-phase', state.phase)
      setText(phase, `At this moment: ${phaseText(state)}`)
      setText(facts, factsText(state))
      reload.hidden = recording.changed !== 'changed'
      const list = notesText(recording, log)
      const key = JSON.stringify(list)
      if (key === told) return
      told = key
      notesBox.hidden = list.length === 0
      notes.replaceChildren(
        ...list.map(({ level, text: words }) => h('li', { 'data-level': level }, icon(level), words)),
      )
    },
  }
}
