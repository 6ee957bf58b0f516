/**
 * Keeps the view's log of the network: a snapshot, then every event in order through the one reducer, and in between, a
 * part at a time, what happened before the snapshot.
 */
import type { NetworkEvent } from '../network/events.ts'
import type { NetworkState } from '../network/state.ts'
import { parseToView, type FromView } from './shared/view-messages.ts'
import { createLoader } from './time/loader.ts'
import { createLog, type EventLog } from './time/log.ts'

/** What a message from the extension did. */
export type Change =
  | { type: 'nothing' }
  | { type: 'snapshot' }
  | { type: 'events'; events: readonly NetworkEvent[] }
  | { type: 'select'; node: string }
  | { type: 'goLive' }
  /** There is something else to say of where the network comes from. */
  | { type: 'progress' }
  /** The log reaches further back than before. */
  | { type: 'history' }

export interface Feed {
  /** The present. */
  readonly state: NetworkState
  readonly log: EventLog
  /** Asks for a snapshot. Until it comes, events are dropped: it will hold them. */
  ask(): void
  /** A network was asked for and may not have told of itself yet. */
  readonly starting: boolean
  /** True between `ask` and the snapshot. */
  readonly waiting: boolean
  /** Takes what came with window's `message` event. What does not parse is reported and dropped. */
  receive(data: unknown): Change
}

export function createFeed(post: (message: FromView) => void): Feed {
  const log = createLog()
  const loader = createLoader(log, from =>
    post(from === undefined ? { type: 'history' } : { type: 'history', from }),
  )
  let waiting = false
  let starting = false
  const ask = () => {
    waiting = true
    post({ type: 'ready' })
  }
  const receive = (data: unknown): Change => {
    const message = parseToView(data)
    if (!message) {
      console.warn('P2P Lab: dropped an unknown message')
      return { type: 'nothing' }
    }
    switch (message.type) {
      case 'snapshot':
        log.reset(message.state)
        waiting = false
        loader.begin()
        return { type: 'snapshot' }
      case 'events':
        if (waiting) return { type: 'nothing' }
        if (message.first !== log.last) {
          ask()
          return { type: 'nothing' }
        }
        log.append(message.events)
        return { type: 'events', events: message.events }
      case 'log':
        return { type: loader.take(message) ? 'history' : 'nothing' }
      case 'starting':
        starting = message.starting
        return { type: 'progress' }
      case 'select':
      case 'goLive':
        return message
    }
  }
  return {
    get state() {
      return log.state
    },
    log,
    get starting() {
      return starting
    },
    get waiting() {
      return waiting
    },
    ask,
    receive,
  }
}
