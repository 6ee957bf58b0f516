/** Discoveries, for the moment in which they are shown. */
import type { NetworkEvent } from '../network/events.ts'
import { nameOf, type NetworkState } from '../network/state.ts'
import type { Flash } from './graph/picture.ts'

const SHOWN_MS = 900
/** With real multicast DNS everyone discovers everyone at once: that many lines would only be a grey cloud. */
const AT_ONCE = 60

export interface Flashes {
  add(events: readonly NetworkEvent[], state: NetworkState, now: number): void
  /** Those to be drawn at `now`, from performance.now(). */
  at(now: number): readonly Flash[]
}

export function createFlashes(): Flashes {
  let flashes: { from: string; to: string; since: number }[] = []
  return {
    add(events, state, now) {
      for (const event of events)
        if (event.type === 'discovered')
          flashes.push({ from: event.node, to: nameOf(state, event.peer), since: now })
      flashes = flashes.slice(-AT_ONCE)
    },
    at(now) {
      flashes = flashes.filter(f => now - f.since < SHOWN_MS)
      return flashes.map(({ from, to, since }) => ({ from, to, strength: 1 - (now - since) / SHOWN_MS }))
    },
  }
}
