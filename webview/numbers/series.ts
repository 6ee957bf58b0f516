/**
 * The numbers of a network over time, from its log: rates by the second, propagation by message, and how the network found
 * itself together. Each event is looked at once, and what the log forgets is forgotten here.
 */
import type { EventLog } from '../time/log.ts'

export interface Second {
  /** Milliseconds since the epoch, at its beginning. */
  at: number
  deliveries: number
  duplicates: number
}

export interface MessageNumbers {
  id: string
  /** When it was published. */
  at: number
  /** Milliseconds until each delivery, in order of size. */
  delays: readonly number[]
  /** Copies that arrived, new or not. */
  copies: number
}

/** How far the nodes have found each other: averages over the nodes that listen. */
export interface Gathering {
  at: number
  discovered: number
  mesh: number
}

export interface Series {
  seconds: readonly Second[]
  messages: readonly MessageNumbers[]
  gathering: readonly Gathering[]
  /** Milliseconds from the start until every node had found another one; undefined where that is not in the log. */
  discoveryMs: number | undefined
}

/** Points of `gathering` are at least this far apart, in milliseconds, and there are not more than so many. */
const APART_MS = 25
const MOST_POINTS = 4_000

/** The smallest value that at least `part` of the sorted values do not exceed; undefined without values. */
export const percentile = (sorted: readonly number[], part: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]

interface Counted {
  id: string
  at: number | undefined
  received: number[]
  copies: number
  last: number
  made: MessageNumbers | undefined
}

export function createSeries(log: EventLog): () => Series {
  let generation = -1
  let upTo = 0
  let seconds: Second[] = []
  let gathering: Gathering[] = []
  const messages = new Map<string, Counted>()
  const discovered = new Map<string, number>()
  const mesh = new Map<string, number>()
  let startedAt = 0
  let discoveryMs: number | undefined
  /** Nodes that know of nobody yet, and when there was one of them for the last time. */
  const alone = new Set<string>()
  let lastAlone: number | undefined

  const begin = () => {
    generation = log.generation
    upTo = log.first
    ;[seconds, gathering] = [[], []]
    for (const map of [messages, discovered, mesh]) map.clear()
    const state = log.stateAt(log.first)
    startedAt = state.startedAt
    discoveryMs = lastAlone = undefined
    alone.clear()
    for (const node of Object.values(state.nodes)) {
      if (node.phase !== 'listening') continue
      discovered.set(node.name, node.discovered.length)
      mesh.set(node.name, node.mesh.length)
    }
  }
  const second = (at: number): Second => {
    const start = Math.floor(at / 1_000) * 1_000
    // Reports may be late by a little, never by many seconds.
    for (let i = seconds.length - 1; i >= 0 && i >= seconds.length - 5; i--)
      if (seconds[i]!.at === start) return seconds[i]!
    const last = seconds.at(-1)
    // An empty second is a zero, not a gap.
    if (last && start > last.at)
      for (let t = Math.max(last.at, start - 3_600_000) + 1_000; t < start; t += 1_000)
        seconds.push({ at: t, deliveries: 0, duplicates: 0 })
    const made = { at: start, deliveries: 0, duplicates: 0 }
    if (!last || start > last.at) seconds.push(made)
    return made
  }
  const knowsSomebody = (node: string, at: number) => {
    if (alone.delete(node)) lastAlone = at
  }
  const message = (id: string): Counted => {
    let found = messages.get(id)
    if (!found)
      messages.set(id, (found = { id, at: undefined, received: [], copies: 0, last: upTo, made: undefined }))
    found.last = upTo
    found.made = undefined
    return found
  }
  const gathered = (at: number) => {
    const average = (map: Map<string, number>) =>
      map.size === 0 ? 0 : [...map.values()].reduce((a, b) => a + b, 0) / map.size
    const point = { at, discovered: average(discovered), mesh: average(mesh) }
    const last = gathering.at(-1)
    if (last && at - last.at < APART_MS) gathering[gathering.length - 1] = { ...point, at: last.at }
    else gathering.push(point)
    if (gathering.length > MOST_POINTS) gathering = gathering.filter((_, i) => i % 2 === 0)
  }
  const take = (position: number) => {
    const event = log.event(position)!
    switch (event.type) {
      case 'network-started':
        startedAt = event.at
        break
      case 'node-listening':
        discovered.set(event.node, 0)
        alone.add(event.node)
        mesh.set(event.node, 0)
        break
      case 'node-stopped':
      case 'node-killed':
      case 'node-crashed':
        discovered.delete(event.node)
        mesh.delete(event.node)
        gathered(event.at)
        break
      case 'discovered':
        knowsSomebody(event.node, event.at)
        discovered.set(event.node, (discovered.get(event.node) ?? 0) + 1)
        gathered(event.at)
        break
      case 'connected':
        // Whoever was dialled first knows a peer, too.
        knowsSomebody(event.node, event.at)
        break
      case 'mesh':
        mesh.set(event.node, event.peers.length)
        gathered(event.at)
        break
      case 'network-ready':
        if (lastAlone !== undefined) discoveryMs ??= lastAlone - startedAt
        break
      case 'published':
        message(event.message).at = event.at
        break
      case 'received':
      case 'duplicate':
      case 'rejected': {
        const about = message(event.message)
        about.copies++
        if (event.type === 'received') {
          about.received.push(event.at)
          second(event.at).deliveries++
        } else if (event.type === 'duplicate') second(event.at).duplicates++
      }
    }
  }
  const forget = () => {
    const since = log.timeAt(log.first)
    if (seconds.length > 0 && seconds[0]!.at + 1_000 <= since)
      seconds = seconds.filter(s => s.at + 1_000 > since)
    if (gathering.length > 1 && gathering[0]!.at < since)
      gathering = gathering.filter((g, i) => g.at >= since || i === gathering.length - 1)
    for (const [id, counted] of messages) {
      if (counted.last >= log.first) break
      messages.delete(id)
    }
  }
  const numbers = (counted: Counted): MessageNumbers => {
    const at = counted.at ?? counted.received[0] ?? 0
    return (counted.made ??= {
      id: counted.id,
      at,
      delays: counted.received.map(t => Math.max(0, t - at)).sort((a, b) => a - b),
      copies: counted.copies,
    })
  }

  return () => {
    if (generation !== log.generation) begin()
    for (; upTo < log.last; upTo++) if (upTo >= log.first) take(upTo)
    forget()
    return { seconds, gathering, discoveryMs, messages: [...messages.values()].map(numbers) }
  }
}
