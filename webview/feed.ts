/**
 * Keeps the view's copy of the network's state: a snapshot, then every event in order through the one reducer.
 */
import type { NetworkEvent } from '../network/events.ts'
import { initialState, reduce, type NetworkState } from '../network/state.ts'
import { parseToView, type FromView } from './messages.ts'

/** What a message from the extension did. */
export type Change =
  | { type: 'nothing' }
  | { type: 'snapshot' }
  | { type: 'events'; events: readonly NetworkEvent[] }
  | { type: 'select'; node: string }

export interface Feed {
  readonly state: NetworkState
  /** Asks for a snapshot. Until it comes, events are dropped: it will hold them. */
  ask(): void
  /** True between `ask` and the snapshot. */
  readonly waiting: boolean
  /** Takes what came with window's `message` event. What does not parse is reported and dropped. */
  receive(data: unknown): Change
}

export function createFeed(post: (message: FromView) => void): Feed {
  let state = initialState
  let waiting = false
  const ask = () => {
    waiting = true
    post({ type: 'ready' })
  }
  const receive = (data: unknown): Change => {
    const message = parseToView(data)
    if (!message) {
      console.warn('P2P Lab: dropped a message that is none of ours')
      return { type: 'nothing' }
    }
    switch (message.type) {
      case 'snapshot':
        state = message.state
        waiting = false
        return { type: 'snapshot' }
      case 'events':
        if (waiting) return { type: 'nothing' }
        if (message.first !== state.count) {
          ask()
          return { type: 'nothing' }
        }
        state = message.events.reduce(reduce, state)
        return { type: 'events', events: message.events }
      case 'select':
        return message
    }
  }
  return {
    get state() {
      return state
    },
    get waiting() {
      return waiting
    },
    ask,
    receive,
  }
}
