/** The log of a network's events and the state they add up to. */
import type { NetworkEvent } from '../events.ts'
import { initialState, reduce, type NetworkState } from '../state.ts'

/** `first` is the number of the first event: the count of the state before it. */
export type EventListener = (first: number, events: readonly NetworkEvent[]) => void

export interface EventRecord {
  readonly state: NetworkState
  add(...events: NetworkEvent[]): void
  /** Returns the function that ends it. */
  subscribe(listener: EventListener): () => void
  /** Resolves when `condition` holds; rejects with the signal's reason when it is aborted first. */
  until(condition: (state: NetworkState) => boolean, signal: AbortSignal): Promise<void>
}

export function createRecord(): EventRecord {
  let state = initialState
  const listeners = new Set<EventListener>()
  const subscribe = (listener: EventListener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  return {
    get state() {
      return state
    },
    add(...events) {
      const first = state.count
      for (const event of events) state = reduce(state, event)
      if (events.length > 0) for (const listener of [...listeners]) listener(first, events)
    },
    subscribe,
    async until(condition, signal) {
      signal.throwIfAborted()
      if (condition(state)) return
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const unsubscribe = subscribe(() => condition(state) && resolve())
      const aborted = () => reject(signal.reason as Error)
      signal.addEventListener('abort', aborted)
      try {
        await promise
      } finally {
        unsubscribe()
        signal.removeEventListener('abort', aborted)
      }
    },
  }
}
