/** The log as a list: every event in a sentence, filtered by kind, node and message. Choosing one goes to its moment. */
import type { MessageState, NetworkState } from '../../network/state.ts'
import { h, setText } from '../dom.ts'
import { contentText } from '../panes/message-table.ts'
import type { TimeCursor } from '../time/cursor.ts'
import type { EventLog } from '../time/log.ts'
import { clockZero } from '../time/origin.ts'
import { ALL, createMatches, GROUPS, type Filter } from './filter.ts'
import { createRows } from './rows.ts'
import { eventText } from './words.ts'

export interface EventList {
  readonly element: HTMLElement
  update(state: NetworkState): void
}

export function createEventList(options: {
  log: EventLog
  cursor: TimeCursor
  /** An event was chosen: the node and the message that it is about. */
  onChoose(position: number, node: string | undefined, message: string | undefined): void
}): EventList {
  const { log, cursor } = options
  const matches = createMatches(log)
  let filter: Filter = ALL
  let found: readonly number[] = []
  /** The row where the time cursor is. */
  let current = -1
  /** Stays at the end while it is there, as a log does. */
  let following = true
  /** Where the time cursor was when the list last went there. */
  let shownAt = -1

  const select = (label: string, set: (value: string) => Filter, ...children: HTMLElement[]) => {
    const element: HTMLSelectElement = h(
      'select',
      {
        'aria-label': label,
        onchange() {
          filter = set(element.value)
          refilter()
        },
      },
      ...children,
    )
    return element
  }
  const option = (value: string, text: string) => h('option', { value }, text)
  const kinds = select(
    'Event kind',
    kind => ({ ...filter, kind }),
    option('', 'All kinds'),
    ...Object.entries(GROUPS).map(([group, types]) =>
      h('optgroup', { label: group }, option(group, `${group}: all`), ...types.map(t => option(t, t))),
    ),
  )
  const nodes = select('Node', node => ({ ...filter, node }), option('', 'All nodes'))
  const messages = select('Message', message => ({ ...filter, message }), option('', 'All messages'))
  const clear = h(
    'button',
    {
      type: 'button',
      class: 'small',
      onclick() {
        filter = ALL
        for (const element of [kinds, nodes, messages]) element.value = ''
        refilter()
      },
    },
    'Clear Filter',
  )
  const count = h('span', { class: 'quiet events-count' })
  const rows = createRows({
    label: 'Events',
    columns: [
      { name: 'Time', class: 'numeric quiet' },
      { name: 'Kind', class: 'event-kind' },
      { name: 'Event' },
    ],
    texts(index) {
      const position = found[index]!
      const event = log.event(position)
      if (!event) return ['', '', '']
      const after = (event.at - clockZero(log)) / 1_000
      return [`${after.toFixed(4)} s`, event.type, eventText(event, log.state)]
    },
    looks(index) {
      if (cursor.live) return ''
      return index > current ? 'future' : found[index] === cursor.position - 1 ? 'now' : ''
    },
    onChoose(index) {
      const position = found[index]
      const event = position === undefined ? undefined : log.event(position)
      if (position === undefined || !event) return
      following = false
      shownAt = position + 1
      options.onChoose(
        position + 1,
        'node' in event ? event.node : undefined,
        'message' in event ? event.message : undefined,
      )
    },
    onScroll() {
      following = rows.atEnd
      rows.draw(found.length)
    },
  })
  const empty = h('p', { class: 'quiet events-empty', hidden: true }, 'No events match the filter.')
  const element = h(
    'div',
    { class: 'events' },
    h(
      'div',
      { class: 'events-filter', role: 'group', 'aria-label': 'Filter' },
      kinds,
      nodes,
      messages,
      clear,
      count,
    ),
    empty,
    rows.element,
  )
  const refilter = () => {
    draw()
    following = cursor.live
    if (following) rows.toEnd()
    else rows.activate(current)
    draw()
  }
  /** The row of the event that leads to a position or, where that is not listed, the last one that is not later. */
  const indexOf = (position: number): number => {
    const at = log.event(position - 1)?.at ?? -Infinity
    let [low, high] = [0, found.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (log.event(found[middle]!)!.at <= at) low = middle + 1
      else high = middle
    }
    // Of those at the same time.
    for (let i = low - 1; i >= 0 && log.event(found[i]!)!.at === at; i--)
      if (found[i] === position - 1) return i
    return low - 1
  }
  const draw = () => {
    found = matches(filter)
    current = indexOf(cursor.position)
    const all = log.last - log.first
    const text =
      found.length === all
        ? `${all.toLocaleString('en')} events`
        : `${found.length.toLocaleString('en')} of ${all.toLocaleString('en')} events`
    setText(count, text)
    clear.hidden = filter === ALL
    empty.hidden = found.length > 0
    rows.draw(found.length)
  }
  return {
    element,
    update(state) {
      setOptions(nodes, ['All nodes', ...Object.keys(state.nodes)], ['', ...Object.keys(state.nodes)])
      const known = [...log.state.messages].reverse()
      setOptions(messages, ['All messages', ...known.map(messageText)], ['', ...known.map(m => m.id)])
      draw()
      if (cursor.live && following) rows.toEnd()
      if (!cursor.live && cursor.position !== shownAt) {
        shownAt = cursor.position
        rows.activate(current)
      }
    },
  }
}

const messageText = (m: MessageState) =>
  `${m.number.toLocaleString('en')}: ${contentText(m)} from ${m.publisher ?? 'another peer'}`

/** Changes the choices only where they changed: the list that is open must not close. The chosen one stays. */
function setOptions(select: HTMLSelectElement, texts: readonly string[], values: readonly string[]): void {
  const { value } = select
  const kept = values.includes(value) ? [] : [{ value, text: select.selectedOptions[0]?.text ?? value }]
  const wanted = [...values.map((v, i) => ({ value: v, text: texts[i]! })), ...kept]
  if (wanted.length === select.options.length && wanted.every((w, i) => w.value === select.options[i]!.value))
    return
  select.replaceChildren(...wanted.map(w => h('option', { value: w.value }, w.text)))
  select.value = value
}
