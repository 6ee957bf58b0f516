/** The page of a check's transcript: who sent what to whom, and when. All that it shows comes from the extension. */
import { TRANSMISSIONS } from '../../network/events.ts'
import { h, setAttribute, setText } from '../dom.ts'
import { place } from '../draw/tooltip.ts'
import { messageElements } from '../guide/message.ts'
import { throttled } from '../frame.ts'
import { connectHost } from '../vscode-api.ts'
import { icon } from '../icons.ts'
import { plural } from '../format.ts'
import {
  parseToTranscript,
  type FromTranscript,
  type ShownTranscript,
} from '../shared/transcript-messages.ts'
import { sample } from './picture.ts'
import { rowsOf, type Rows } from './rows.ts'
import { createInFull, createTable } from './table.ts'
import { dump, KINDS, lineText } from './words.ts'

const host = connectHost<FromTranscript>()
let shown: ShownTranscript | undefined
let shownRows: Rows | undefined
const about = (type: 'check' | 'choose', check: string) => {
  if (shown) host.post({ type, exercise: shown.exercise.id, check })
}

const STATE_WORDS = { passed: 'passed', failed: 'failed', unclear: 'inconclusive' } as const

const title = h('h1')
const sign = h('span', { class: 'sign' })
const facts = h('span', { class: 'quiet' })
const choice = h('select', { id: 'check', onchange: () => about('choose', choice.value) })
const again = h(
  'button',
  { type: 'button', class: 'primary', onclick: () => shown && about('check', shown.check.id) },
  icon('play'),
  'Check Again',
)
const guide = h(
  'button',
  { type: 'button', onclick: () => shown && host.post({ type: 'guide', exercise: shown.exercise.id }) },
  icon('book'),
  'Guide',
)
const said = h('div', { class: 'message', role: 'group', 'aria-label': 'Message of the check' })
const saidFold = h('details', { class: 'said' }, h('summary', {}, 'Message of the check'), said)
const legendList = h('ul')
const legend = h('details', { class: 'legend-fold' }, h('summary', {}, 'Legend'), legendList)
const tooltip = h('pre', { class: 'tooltip', 'aria-hidden': 'true', hidden: true })
const inFull = createInFull()
const table = createTable({
  onSelect: row => inFull.show(row),
  onHover(row, at) {
    tooltip.hidden = row === undefined
    if (!row) return
    setText(tooltip, [lineText(row.event, row.at), dump(row.event)].filter(Boolean).join('\n'))
    place(tooltip, at, { width: window.innerWidth, height: window.innerHeight })
  },
})
const live = h('div', { class: 'hidden-text', role: 'status', 'aria-live': 'polite' })
const header = h(
  'header',
  { class: 'transcript-header', hidden: true },
  h('div', { class: 'line' }, h('div', { class: 'named' }, sign, title), facts),
  h(
    'div',
    { class: 'line' },
    h('label', { for: 'check' }, 'Check'),
    choice,
    h('div', { class: 'buttons' }, again, guide),
  ),
  saidFold,
  legend,
)
const noneTitle = h('h2')
const noneText = h('p')
const none = h(
  'section',
  { class: 'empty', 'aria-label': 'No transcript', hidden: true },
  noneTitle,
  noneText,
  h(
    'button',
    { type: 'button', class: 'primary', onclick: () => shown && about('check', shown.check.id) },
    icon('play'),
    'Check Now',
  ),
)
const content = h('div', { class: 'transcript', hidden: true }, table.element, inFull.element)
document.getElementById('app')!.append(header, none, content, tooltip, live)

function show(next: ShownTranscript): void {
  shown = next
  const { exercise, check, checks, run } = next
  header.hidden = false
  setText(title, `${exercise.id} ${exercise.title}: ${check.title}`)
  choice.replaceChildren(
    ...checks.map(({ id, title: name, state }) =>
      h(
        'option',
        { value: id, selected: id === check.id },
        state ? `${name} (${STATE_WORDS[state]})` : `${name} (no transcript)`,
      ),
    ),
  )
  sign.replaceChildren(...(run ? [icon(run.state)] : []))
  setAttribute(sign, 'data-state', run?.state)
  const rows: Rows = rowsOf(run?.events ?? [])
  setText(
    facts,
    run
      ? `${STATE_WORDS[run.state]} · ${plural(rows.transmissions, 'transmission')} kept · ${run.ms} ms · seed ${run.seed}`
      : '',
  )
  again.hidden = run === undefined
  saidFold.hidden = run?.message === undefined
  said.replaceChildren(...messageElements(run?.message ?? ''))
  showLegend(rows)
  content.hidden = rows.rows.length === 0
  none.hidden = rows.rows.length > 0
  setText(noneTitle, run ? 'No traffic' : 'No transcript for this check')
  setText(
    noneText,
    run
      ? 'The check ended before it exchanged any data with the program.'
      : 'P2P Lab keeps transcripts until you close or reload the window. Run the check again to see its traffic.',
  )
  shownRows = rows
  table.show(rows)
  live.textContent = run
    ? `Transcript of ${check.title}, ${STATE_WORDS[run.state]}: ${plural(rows.transmissions, 'transmission')}.`
    : `There is no transcript for ${check.title}.`
  host.save({ exercise: exercise.id, check: check.id })
}

function showLegend({ rows }: Rows): void {
  const kinds = new Set(rows.flatMap(row => (row.kind === 'transmission' ? [row.event.kind] : [])))
  legend.hidden = kinds.size === 0
  legendList.replaceChildren(
    ...TRANSMISSIONS.filter(kind => kinds.has(kind)).map(kind =>
      h('li', {}, sample(kind), h('strong', {}, KINDS[kind].word), ` ${KINDS[kind].means}`),
    ),
  )
}

window.addEventListener('message', ({ data }) => {
  const message = parseToTranscript(data)
  if (!message) return console.warn('P2P Lab: dropped an unknown message')
  clearInterval(asking)
  show(message.shown)
})
addEventListener(
  'resize',
  throttled(150, () => shownRows && table.show(shownRows, true)),
)
host.post({ type: 'ready' })
// A message to a page that comes into sight while others go out of it can be lost. An answer is awaited, then asked for again.
const ASK_AGAIN_MS = 2_000
const asking = setInterval(() => host.post({ type: 'ready' }), ASK_AGAIN_MS)
