/** How long messages took, from a stream of events: bounded, however many there are. */
import type { NetworkEvent } from '../events.ts'
import { seededRandom } from '../random.ts'

/** Messages that may still arrive somewhere. */
const MAX_OPEN = 1_000
/** Times kept. Of more, a fair sample (algorithm R by Waterman). */
const MAX_TIMES = 20_000

export interface Propagation {
  add(event: NetworkEvent): void
  /** Milliseconds from publication to first receipt, unsorted. */
  times(): readonly number[]
}

export function createPropagation(): Propagation {
  const random = seededRandom(1)
  const publishedAt = new Map<string, number>()
  /** Receipts that were reported before their publication. */
  const early = new Map<string, number[]>()
  const times: number[] = []
  let seen = 0
  const keep = (ms: number) => {
    seen++
    const value = Math.max(0, ms)
    if (times.length < MAX_TIMES) return void times.push(value)
    const at = Math.floor(random() * seen)
    if (at < MAX_TIMES) times[at] = value
  }
  const bound = (map: Map<string, unknown>) => {
    if (map.size > MAX_OPEN) map.delete(map.keys().next().value!)
  }
  return {
    add(event) {
      if (event.type === 'published') {
        publishedAt.set(event.message, event.at)
        bound(publishedAt)
        for (const at of early.get(event.message) ?? []) keep(at - event.at)
        early.delete(event.message)
      }
      if (event.type !== 'received') return
      const start = publishedAt.get(event.message)
      if (start !== undefined) return keep(event.at - start)
      early.set(event.message, [...(early.get(event.message) ?? []), event.at])
      bound(early)
    },
    times: () => times,
  }
}
