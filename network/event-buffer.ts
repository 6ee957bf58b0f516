/**
 * The events of the network that runs, from its start on, for a recording that somebody asks for later. Bounded: where there are more,
 * the oldest go, and the state after them takes their place.
 */
import type { NetworkEvent } from './events.ts'
import type { Network } from './orchestrator/network-api.ts'
import { fresh, reduce, type NetworkState } from './state.ts'

/** About 20 MB. Ten nodes need 400 to start and 40 a message, 200 nodes 40,000 and 1,500. */
const MAX_KEPT = 50_000
/** Events that go at once. */
const CHUNK = 5_000

export interface EventBuffer {
  /** What is kept, and the state before it: nothing but what outlasts a network, as long as all is kept. */
  beginning(): { start: NetworkState; events: NetworkEvent[] }
}

/** Keeps what happens from now on. */
export function createEventBuffer(
  network: Pick<Network, 'state' | 'subscribe'>,
  { limit = MAX_KEPT, chunkSize = CHUNK } = {},
): EventBuffer {
  /** After the last batch. */
  let state = network.state
  let chunks: { start: NetworkState; events: NetworkEvent[] }[] = [{ start: state, events: [] }]
  let count = 0
  network.subscribe((_first, events) => {
    const begins = events.findLastIndex(e => e.type === 'network-started')
    if (begins >= 0) {
      chunks = [{ start: fresh(events.slice(0, begins).reduce(reduce, state)), events: [] }]
      count = 0
    } else if (chunks.at(-1)!.events.length >= chunkSize) chunks.push({ start: state, events: [] })
    const kept = events.slice(Math.max(0, begins))
    chunks.at(-1)!.events.push(...kept)
    count += kept.length
    while (chunks.length > 1 && count > limit) count -= chunks.shift()!.events.length
    state = network.state
  })
  return {
    beginning: () => ({ start: chunks[0]!.start, events: chunks.flatMap(chunk => chunk.events) }),
  }
}
