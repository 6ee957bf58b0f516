/**
 * The latest events of the network, kept for views that open later and want to look back. Bounded: the oldest go first.
 * Knows no vscode.
 */
import type { NetworkEvent } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'

/** About 20 MB in the extension host. */
const MAX_KEPT = 50_000
/** So many go into a message to the view, which has to draw meanwhile: some 10 ms for a network of 200 nodes. */
const PART = 400

export interface HistoryPart {
  /** The count before the first event of the part. */
  first: number
  /** The state at `first`, when the part is the beginning of what is kept. */
  start?: NetworkState
  /** Empty at the end of the log. */
  events: NetworkEvent[]
}

export interface History {
  /** Events that were reduced to `state`; `first` is the count before them. Empty: the state was replaced. */
  add(state: NetworkState, first: number, events: readonly NetworkEvent[]): void
  /** Events from a count on, or from the beginning when there is no `from` or it is not kept any more. */
  part(from?: number): HistoryPart
}

export function createHistory(initial: NetworkState, limit = MAX_KEPT, partSize = PART): History {
  let latest = initial
  /** Each begins with its state, so that the oldest can go and the log still begins with one. */
  let chunks: { start: NetworkState; events: NetworkEvent[] }[] = [{ start: initial, events: [] }]
  const last = () => chunks.at(-1)!

  return {
    add(state, first, events) {
      const joins = events.length > 0 && first === latest.count
      if (!joins) chunks = [{ start: state, events: [] }]
      else {
        const begins = events.findLastIndex(e => e.type === 'network-started')
        // A new network: what was before is another story. Its chunk holds the whole batch, so that counts stay true.
        if (begins >= 0) chunks = [{ start: latest, events: [...events] }]
        else if (last().events.length >= partSize) chunks.push({ start: latest, events: [...events] })
        else last().events.push(...events)
        while (chunks.length > 1 && latest.count - chunks[1]!.start.count >= limit) chunks.shift()
      }
      latest = state
    },
    part(from) {
      const oldest = chunks[0]!.start
      const first = from === undefined || from < oldest.count || from > latest.count ? oldest.count : from
      const at = chunks.findLastIndex(chunk => chunk.start.count <= first)
      const { start, events } = chunks[at]!
      return {
        first,
        ...(first === from ? {} : { start: oldest }),
        events: events.slice(first - start.count, first - start.count + partSize),
      }
    },
  }
}
