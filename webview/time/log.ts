/**
 * The log of events that the view keeps, so that any moment of it can be shown again. It is bounded: the oldest go first.
 *
 * A position is a count of events, as in `NetworkState.count`: at position n the first n events have been reduced. Every
 * chunk begins with its state, so a state anywhere costs at most one chunk of reducing.
 */
import type { NetworkEvent } from '../../network/events.ts'
import { fresh, initialState, reduce, type NetworkState } from '../../network/state.ts'

/** Three minutes of a busy network of 200 nodes, and all of a quiet one. */
export const MAX_EVENTS = 100_000
/** Events between two kept states: a trade of memory against the time that a jump takes. */
export const CHUNK = 500

interface Chunk {
  /** The state before the first of its events. */
  start: NetworkState
  events: NetworkEvent[]
  /** The time after each event, which never runs backwards: `NetworkState.at`. */
  times: number[]
}

export interface EventLog {
  /** The first and the last position there is a state for. */
  readonly first: number
  readonly last: number
  /** The state at `last`. */
  readonly state: NetworkState
  /** Whether events of this network are missing before `first`. */
  readonly incomplete: boolean
  /** Changes whenever something else than new events at the end happened: what was derived is to be made anew. */
  readonly generation: number
  /** Adds what happened. A new network begins a new log, and so does a state in parts. */
  append(events: readonly NetworkEvent[]): void
  /** Starts again from a state. */
  reset(state: NetworkState): void
  /** Puts in front what happened before, when that ends at exactly `first`, in the same network; false when it does not. */
  prepend(before: EventLog): boolean
  /** The event that leads from `position` to the next; undefined where it is not kept. */
  event(position: number): NetworkEvent | undefined
  stateAt(position: number): NetworkState
  /** Milliseconds since the epoch, never decreasing with the position. */
  timeAt(position: number): number
  /** The last position whose time is not after `at`. */
  positionAt(at: number): number
}

export function createLog(limit = MAX_EVENTS, chunkSize = CHUNK): EventLog {
  let chunks: Chunk[] = [{ start: initialState, events: [], times: [] }]
  let state = initialState
  let generation = 0
  /** The state asked for last: the next is often a few events further on. */
  let recent = initialState

  const endOf = (chunk: Chunk) => chunk.start.count + chunk.events.length
  const chunkAt = (position: number): Chunk => {
    let [low, high] = [0, chunks.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (chunks[middle]!.start.count <= position) low = middle
      else high = middle - 1
    }
    return chunks[low]!
  }
  const restart = (from: NetworkState) => {
    chunks = [{ start: from, events: [], times: [] }]
    state = recent = from
    generation++
  }
  const add = (event: NetworkEvent) => {
    // Parts of a state, and nothing that happened: the log begins after them.
    if (isPart(event)) return restart(reduce(state, event))
    if (event.type === 'network-started') restart({ ...fresh(state), count: state.count, at: event.at })
    let chunk = chunks.at(-1)!
    if (chunk.events.length >= chunkSize) chunks.push((chunk = { start: state, events: [], times: [] }))
    state = reduce(state, event)
    chunk.events.push(event)
    chunk.times.push(state.at)
  }
  const trim = () => {
    while (chunks.length > 1 && state.count - endOf(chunks[0]!) >= limit) chunks.shift()
  }
  const clamp = (position: number) => Math.min(Math.max(position, chunks[0]!.start.count), state.count)

  return {
    get first() {
      return chunks[0]!.start.count
    },
    get last() {
      return state.count
    },
    get state() {
      return state
    },
    get incomplete() {
      return chunks[0]!.start.phase !== 'none'
    },
    get generation() {
      return generation
    },
    append(events) {
      for (const event of events) add(event)
      trim()
    },
    reset: restart,
    prepend(before) {
      const { start } = chunks[0]!
      if (before.last !== start.count || before.state.network !== start.network) return false
      const earlier: Chunk[] = []
      for (let at = before.first; at < before.last; at += chunkSize) {
        const chunk: Chunk = { start: before.stateAt(at), events: [], times: [] }
        for (let i = at; i < Math.min(at + chunkSize, before.last); i++) {
          chunk.events.push(before.event(i)!)
          chunk.times.push(before.timeAt(i + 1))
        }
        earlier.push(chunk)
      }
      chunks = [...earlier, ...chunks]
      generation++
      trim()
      return true
    },
    event(position) {
      const chunk = chunkAt(position)
      return chunk.events[position - chunk.start.count]
    },
    stateAt(wanted) {
      const position = clamp(wanted)
      if (position === state.count) return state
      const chunk = chunkAt(position)
      let at = recent.count <= position && recent.count >= chunk.start.count ? recent : chunk.start
      for (let i = at.count; i < position; i++) at = reduce(at, chunk.events[i - chunk.start.count]!)
      return (recent = at)
    },
    timeAt(wanted) {
      const position = clamp(wanted)
      const chunk = chunkAt(position)
      const index = position - chunk.start.count
      return index === 0 ? startTime(chunk) : chunk.times[index - 1]!
    },
    positionAt(at) {
      let [low, high] = [0, chunks.length - 1]
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (startTime(chunks[middle]!) <= at) low = middle
        else high = middle - 1
      }
      const { start, times } = chunks[low]!
      let [from, to] = [0, times.length]
      while (from < to) {
        const middle = (from + to) >> 1
        if (times[middle]! <= at) from = middle + 1
        else to = middle
      }
      return start.count + from
    },
  }
}

/** What a recording of a network that runs already begins with. */
const isPart = ({ type }: NetworkEvent) =>
  type === 'recorded-network' || type === 'recorded-node' || type === 'recorded-message'

const startTime = (chunk: Chunk): number => chunk.start.at
