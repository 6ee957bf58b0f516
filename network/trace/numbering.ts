/** The number of each message, as the live view shows it: ids of messages of one network all begin alike. */
import type { NetworkEvent } from '../events.ts'
import { initialState, reduce } from '../state.ts'

/** As many as hops.ts follows; the oldest is forgotten first. */
const MAX_MESSAGES = 1_000

export interface Numbering {
  /** To be called with every event, in order. */
  add(event: NetworkEvent): void
  /** 0 for a message that was not mentioned for long. */
  of(message: string): number
}

export function createNumbering(): Numbering {
  const numbers = new Map<string, number>()
  let state = initialState
  return {
    add(event) {
      state = reduce(state, event)
      if (!('message' in event) || event.message === undefined || numbers.has(event.message)) return
      const known = state.messages.findLast(({ id }) => id === event.message)
      if (!known) return
      numbers.set(event.message, known.number)
      if (numbers.size > MAX_MESSAGES) numbers.delete(numbers.keys().next().value!)
    },
    of: message => numbers.get(message) ?? 0,
  }
}
