/**
 * The space-time diagram of a network, from its log: a lane for each node, an arrow for each copy of a message that arrived.
 * When a copy was sent is not reported: a node forwards at once, so it is when the sender had the message itself.
 *
 * It grows with the log and forgets with it: each event is looked at once.
 */
import type { EventOf } from '../../network/events.ts'
import { nameOf } from '../../network/state.ts'
import { plural } from '../format.ts'
import type { EventLog } from '../time/log.ts'
import { HOSTILE_SIGN } from '../panes/words.ts'
import { NO_DIAGRAM, type Arrow, type Diagram, type Lane, type Mark } from './diagram.ts'
import { createSpans } from './spans.ts'

type Arrival = EventOf<'received' | 'duplicate' | 'rejected'>
const KINDS = { received: 'first', duplicate: 'duplicate', rejected: 'rejected' } as const
/** Gossip brings a late copy within a few heartbeats of 1 s: what took longer was not one transmission. */
const LONGEST_MS = 10_000

interface Had {
  /** By lane, when it had the message. */
  at: Map<string, number>
  /** By lane, arrows from it that wait for that. */
  waiting: Map<string, Arrow[]>
  /** Position of the last event about it. */
  last: number
}

export function createTracer(log: EventLog): () => Diagram {
  let generation = -1
  let upTo = 0
  let diagram = NO_DIAGRAM
  let arrows: Arrow[] = []
  let positions: number[] = []
  let head = 0
  let longest = 0
  let marks: (Mark & { position: number })[] = []
  let lanes = new Map<string, { id: string; name: string; lives: { from: number; to: number }[] }>()
  const messages = new Map<string, Had>()
  const spans = createSpans()

  const begin = () => {
    generation = log.generation
    upTo = log.first
    ;[arrows, positions, head, longest, marks] = [[], [], 0, 0, []]
    lanes = new Map()
    messages.clear()
    const state = log.stateAt(log.first)
    for (const { name, phase, hostile } of Object.values(state.nodes)) {
      if (phase === 'listening' || phase === 'stopping')
        lane(name).lives.push({ from: state.at, to: Infinity })
      if (hostile) lane(name).name = hostileName(name)
      else lane(name)
    }
    spans.begin(state)
  }
  const lane = (id: string) => {
    let found = lanes.get(id)
    if (!found) lanes.set(id, (found = { id, name: id, lives: [] }))
    return found
  }
  const had = (message: string): Had => {
    let found = messages.get(message)
    if (!found) messages.set(message, (found = { at: new Map(), waiting: new Map(), last: upTo }))
    found.last = upTo
    return found
  }
  const has = (message: string, node: string, at: number) => {
    const about = had(message)
    if (about.at.has(node)) return
    about.at.set(node, at)
    for (const arrow of about.waiting.get(node) ?? []) begins(arrow, at)
    about.waiting.delete(node)
  }
  const begins = (arrow: Arrow, at: number) => {
    // Clocks differ a little: nothing arrives before it was sent.
    const start = Math.min(at, arrow.end)
    if (arrow.end - start > LONGEST_MS) return
    arrow.start = start
    longest = Math.max(longest, arrow.end - start)
  }
  /** Reports of two processes come out of order by a little: the list is kept in order of the times. */
  const insert = (arrow: Arrow) => {
    let i = arrows.length
    while (i > head && arrows[i - 1]!.end > arrow.end) i--
    arrows.splice(i, 0, arrow)
    positions.splice(i, 0, upTo)
  }
  /** What carries a message is drawn when that arrives. */
  const frame = ({ node, peer, sentAt, at, kind, bytes, lost, message }: EventOf<'frame'>) => {
    if (message !== undefined && !lost) return
    const arrow: Arrow = {
      from: node,
      to: nameOf(log.state, peer),
      start: undefined,
      end: at,
      kind: lost ? 'gone' : 'other',
      group: '',
      text: `${kind}, ${plural(bytes, 'byte')}`,
    }
    begins(arrow, sentAt)
    insert(arrow)
  }
  const arrives = (event: Arrival) => {
    const from = nameOf(log.state, event.from)
    lane(from)
    const arrow: Arrow = {
      from,
      to: event.node,
      start: undefined,
      end: event.at,
      kind: KINDS[event.type],
      group: event.message,
    }
    const about = had(event.message)
    const sent = about.at.get(from)
    if (sent !== undefined) begins(arrow, sent)
    else about.waiting.set(from, [...(about.waiting.get(from) ?? []), arrow])
    insert(arrow)
    if (event.type === 'received') has(event.message, event.node, event.at)
  }
  const ends = (node: string, at: number) => {
    const life = lane(node).lives.at(-1)
    if (life && life.to === Infinity) life.to = at
  }
  const take = (position: number) => {
    const event = log.event(position)!
    spans.take(event)
    switch (event.type) {
      case 'node-starting':
        if (event.hostile) lane(event.node).name = hostileName(event.node)
        else lane(event.node)
        break
      case 'node-listening':
        lane(event.node).lives.push({ from: event.at, to: Infinity })
        break
      case 'node-stopped':
        ends(event.node, event.at)
        break
      case 'node-killed':
      case 'node-crashed':
        ends(event.node, event.at)
        marks.push({ lane: event.node, at: event.at, kind: 'lost', position })
        break
      case 'published':
        has(event.message, event.node, event.at)
        marks.push({ lane: event.node, at: event.at, kind: 'sent', group: event.message, position })
        break
      case 'received':
      case 'duplicate':
      case 'rejected':
        arrives(event)
        break
      case 'frame':
        frame(event)
    }
  }
  /** Lets go of what the log does not hold any more. */
  const forget = () => {
    while (head < positions.length && positions[head]! < log.first) head++
    if (head > 10_000 && head > arrows.length / 4) {
      arrows = arrows.slice(head)
      positions = positions.slice(head)
      head = 0
    }
    const since = log.timeAt(log.first)
    spans.forget(since)
    for (const { lives } of lanes.values()) while (lives.length > 1 && lives[0]!.to < since) lives.shift()
    if (marks.length > 0 && marks[0]!.position < log.first) marks = marks.filter(m => m.position >= log.first)
    for (const [message, about] of messages) {
      if (about.last >= log.first) break
      messages.delete(message)
    }
  }

  return () => {
    if (generation !== log.generation) begin()
    else if (upTo === log.last) return diagram
    for (; upTo < log.last; upTo++) if (upTo >= log.first) take(upTo)
    forget()
    diagram = {
      lanes: inOrder([...lanes.values()].map(l => ({ ...l, spans: spans.of(l.id) }))),
      arrows,
      head,
      longest,
      marks,
      moments: spans.moments(),
    }
    return diagram
  }
}

const hostileName = (node: string) => `${HOSTILE_SIGN} ${node}`

/** By number, foreign peers last. */
const inOrder = (lanes: Lane[]): Lane[] =>
  lanes.sort(
    (a, b) =>
      Number(a.id.startsWith('…')) - Number(b.id.startsWith('…')) ||
      a.id.localeCompare(b.id, 'en', { numeric: true }),
  )
