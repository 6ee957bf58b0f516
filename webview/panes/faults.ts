/** All that is done to the network on purpose, as a list: the text beside the picture, and the way to mend each. */
import { liveNodes, linkKey, type NetworkState } from '../../network/state.ts'
import { h, keyedList, setText } from '../dom.ts'
import type { FromView } from '../shared/view-messages.ts'
import {
  churnText,
  faultTerms,
  groupsOf,
  groupsText,
  HOSTILE_TEXT,
  linkName,
  scoreText,
} from './fault-words.ts'
import { TERMS, type Term } from './terms.ts'
import { plural } from '../format.ts'

/** More links would push the tables away; the graph shows them all. */
const MOST_LINKS = 12

export interface FaultList {
  readonly element: HTMLElement
  /** What is listed is of `state`; what can be mended depends on the `present`. */
  update(state: NetworkState, present: NetworkState): void
}

export interface FaultListOptions {
  /** It is a recording: nothing of it can be mended. */
  recorded: boolean
  post(message: FromView): void
  onSelectNode(name: string): void
  onSelectLink(a: string, b: string): void
}

interface Row {
  key: string
  /** A word for it, and what the button says that selects it. */
  what: string
  text: string
  term: Term
  select?: { node: string } | { a: string; b: string }
  mend?: { label: string; message: FromView }
}

export function createFaultList(options: FaultListOptions): FaultList {
  const list = h('ul')
  const rows = keyedList<Row, HTMLLIElement>(
    list,
    row => row.key,
    first => {
      let row = first
      const { select } = first
      const onclick = () => {
        if (!select) return
        if ('node' in select) options.onSelectNode(select.node)
        else options.onSelectLink(select.a, select.b)
      }
      const what = select
        ? h('button', { type: 'button', class: 'link', onclick }, first.what)
        : h('strong', {}, first.what)
      const text = h('span')
      const label = h('span', { class: 'hidden-text' })
      const onmend = () => row.mend && options.post(row.mend.message)
      const mend = !options.recorded && h('button', { type: 'button', class: 'small', onclick: onmend })
      return {
        element: h('li', { title: TERMS[first.term] }, what, text, mend),
        update(now) {
          row = now
          setText(text, now.text)
          if (!mend) return
          mend.hidden = !now.mend
          mend.replaceChildren(now.mend?.label ?? '', label)
          setText(label, ` ${now.what}`)
        },
      }
    },
  )
  const more = h('p', { class: 'quiet', hidden: true })
  const element = h(
    'section',
    { class: 'pane faults', 'aria-label': 'Faults', hidden: true },
    h('h2', {}, 'Faults'),
    list,
    more,
  )
  return {
    element,
    update(state, present) {
      const all = rowsOf(state, present)
      const links = Object.keys(state.faultyLinks).length
      element.hidden = all.length === 0
      rows(all)
      more.hidden = links <= MOST_LINKS
      setText(more, `and ${plural(links - MOST_LINKS, 'more faulty link')}`)
    },
  }
}

function rowsOf(state: NetworkState, present: NetworkState): Row[] {
  const rows: Row[] = []
  if (state.partition)
    rows.push({
      key: 'split',
      what: 'Split',
      text: `${groupsText(groupsOf(state))}; ${plural(state.cut?.length ?? 0, 'connection')} cut`,
      term: 'Partition',
      ...(present.partition && { mend: { label: 'Heal', message: { type: 'healNetwork' } as const } }),
    })
  if (state.churn)
    rows.push({
      key: 'churn',
      what: 'Churn',
      text: churnText(state.churn),
      term: 'Churn',
      ...(present.churn && { mend: { label: 'Stop', message: { type: 'stopChurn' } as const } }),
    })
  for (const node of liveNodes(state)) {
    if (!node.hostile) continue
    const score = scoreText(state, node)
    rows.push({
      key: node.name,
      what: node.name,
      text: `${HOSTILE_TEXT[node.hostile]}${score === undefined ? '' : `; score ${score}`}`,
      term: 'Hostile node',
      select: { node: node.name },
    })
  }
  for (const { a, b, faults } of Object.values(state.faultyLinks).slice(0, MOST_LINKS))
    rows.push({
      key: linkKey(a, b),
      what: linkName(a, b),
      text: faultTerms(faults)
        .map(([term, text]) => `${term.toLowerCase()} ${text}`)
        .join(', '),
      term: faultTerms(faults)[0]?.[0] ?? 'Connection',
      select: { a, b },
      ...(present.faultyLinks[linkKey(a, b)] && {
        mend: { label: 'Clear', message: { type: 'clearLinkFault', a, b } as const },
      }),
    })
  return rows
}
