/** The checks with their live state. One that failed opens by itself: what it says is what to read next. */
import { h, keyedList, setAttribute, setText } from '../dom.ts'
import { icon } from '../icons.ts'
import type { Guide, GuideCheck } from '../shared/guide-messages.ts'
import { figuresTable } from './figures.ts'
import { messageElements } from './message.ts'
import type { Part, Post } from './parts.ts'
import { canDebug, STATE_WORDS, tally } from './words.ts'

export function createChecks(post: Post): Part {
  let shown: Guide | undefined
  const count = h('span', { class: 'quiet' })
  const again = h(
    'button',
    {
      type: 'button',
      class: 'link',
      onclick: () => shown && post({ type: 'sameSeed', exercise: shown.id }),
    },
    'Check Again with the Same Seed',
  )
  const seed = h('span', {})
  const seedRow = h('p', { class: 'seed quiet', hidden: true }, seed, ' ', again)
  const list = h('ul', { class: 'checks' })
  const section = h(
    'details',
    { class: 'fold' },
    h('summary', {}, h('h2', {}, 'Checks'), count),
    list,
    seedRow,
  )
  const rows = keyedList<GuideCheck, HTMLLIElement>(
    list,
    check => `${shown?.id}/${check.id}`,
    check => createRow(check, message => shown && post({ ...message, exercise: shown.id })),
  )
  const first = openFirst(list)
  let before: boolean | undefined
  return {
    element: section,
    update(guide) {
      const other = shown?.id !== guide.id
      shown = guide
      setText(count, tally(guide.checks))
      rows(guide.checks)
      for (const debug of list.querySelectorAll<HTMLElement>('.debug')) debug.hidden = !canDebug(guide)
      first.update(guide)
      // Opens when there is something to see and closes when all is well, once: who turns it is left alone.
      const now = openFor(guide)
      if (other || now !== before) section.open = now
      before = now
      const failed = guide.checks.some(({ state }) => isBad(state))
      seedRow.hidden = guide.seed === undefined || !failed || guide.state === 'running'
      setText(seed, `Seed ${guide.seed}.`)
    },
  }
}

const openFor = ({ state, checks }: Guide): boolean =>
  state !== 'passed' && checks.some(check => check.state !== 'not-run')

/**
 * Opens the first check that failed, and only that one: the others often have the same cause. Where the learner has opened
 * another, that one stays open, and nothing else opens.
 */
function openFirst(list: HTMLElement): { update(guide: Guide): void } {
  const rowsOf = () => [...list.children].map(row => row.firstElementChild as HTMLDetailsElement)
  /** What opened by itself. */
  let own: HTMLDetailsElement | undefined
  let before: { id?: string; states: GuideCheck['state'][] } = { states: [] }
  return {
    update({ id, checks }) {
      const known = before.id === id ? before.states : []
      const states = checks.map(check => check.state)
      before = { id, states }
      // Who closes a message has read it: only another failure opens one again.
      if (!states.some((state, i) => isBad(state) && state !== known[i])) return
      const rows = rowsOf()
      if (rows.some(row => row.open && row !== own)) return
      const first = rows[states.findIndex(isBad)]
      if (own && own !== first) own.open = false
      if (first) first.open = true
      own = first
    },
  }
}

const isBad = (state: GuideCheck['state']): boolean => state === 'failed' || state === 'unclear'

type Ask = (message: { type: 'check' | 'debug' | 'transcript' | 'capture' | 'report'; check: string }) => void

function createRow(first: GuideCheck, ask: Ask) {
  const sign = h('span', { class: 'sign' })
  const state = h('span', { class: 'hidden-text' })
  const name = h('span', { class: 'name' })
  const message = h('div', { class: 'message', role: 'group' })
  const measured = h('div', { class: 'figures' })
  let shownFigures: string | undefined
  let said: string | undefined
  const only = h('button', { type: 'button', class: 'small' }, icon('play'), 'Run This Check')
  only.addEventListener('click', () => ask({ type: 'check', check: first.id }))
  const debug = h('button', { type: 'button', class: 'small debug' }, icon('bug'), 'Debug')
  debug.addEventListener('click', () => ask({ type: 'debug', check: first.id }))
  const wire = h('button', { type: 'button', class: 'small' }, icon('wire'), 'Transcript')
  wire.addEventListener('click', () => ask({ type: 'transcript', check: first.id }))
  const capture = h('button', { type: 'button', class: 'small' }, icon('save'), 'Packet Capture…')
  capture.addEventListener('click', () => ask({ type: 'capture', check: first.id }))
  const report = h('button', { type: 'button', class: 'small' }, icon('book'), 'Report')
  report.addEventListener('click', () => ask({ type: 'report', check: first.id }))
  const buttons = h('div', { class: 'buttons' }, only, debug, wire, capture, report)
  const more = h('div', { class: 'more' }, message, measured, buttons)
  const details = h('details', {}, h('summary', {}, sign, name, state), more)
  const element = h('li', {}, details)
  let before: GuideCheck['state'] | undefined
  return {
    element,
    update({ state: now, title, message: text, captured, reported, figures }: GuideCheck) {
      setText(name, title)
      setText(state, `, ${STATE_WORDS[now]}`)
      if (text !== said) message.replaceChildren(...messageElements(text ?? ''))
      said = text
      const key = JSON.stringify(figures)
      if (key !== shownFigures) measured.replaceChildren(...(figures ? [figuresTable(title, figures)] : []))
      shownFigures = key
      measured.hidden = figures === undefined
      message.hidden = text === undefined
      setAttribute(message, 'aria-label', `Message for ${title}`)
      setAttribute(only, 'aria-label', `Run This Check: ${title}`)
      setAttribute(debug, 'aria-label', `Debug: ${title}`)
      setAttribute(wire, 'aria-label', `Transcript: ${title}`)
      setAttribute(capture, 'aria-label', `Packet Capture…: ${title}`)
      setAttribute(report, 'aria-label', `Report: ${title}`)
      capture.hidden = captured !== true
      report.hidden = reported !== true
      // A check that did not run has nothing to show.
      wire.hidden = now === 'not-run' || now === 'running'
      if (now === before) return
      sign.replaceChildren(icon(now))
      element.dataset['state'] = now
      if (now === 'passed') details.open = false
      before = now
    },
  }
}
