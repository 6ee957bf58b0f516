/** How far each message has got, and who sent it twice. */
import type { EventOf } from '../events.ts'
import { forgetOldest, isForgotten } from './forgotten.ts'
import { change } from './nodes.ts'
import type { MessageState, NetworkState } from './types.ts'

/** The state after an event about a message. */
export function applyMessage(
  state: NetworkState,
  event: EventOf<'published' | 'received' | 'duplicate' | 'rejected'>,
): NetworkState {
  const known = state.messages.find(m => m.id === event.message)
  const counted = count(state, event)
  if (!known && isForgotten(state, event.message)) return counted
  const message = known ?? firstSeen(state, event)
  const remembered = (changed: MessageState): NetworkState =>
    known
      ? { ...counted, messages: state.messages.map(m => (m === known ? changed : m)) }
      : forgetOldest({ ...counted, messages: [...state.messages, changed] })
  switch (event.type) {
    case 'published': {
      // Listening and subscribed now, or proven so by having it already.
      const targets = subscribers(state).filter(name => name !== event.node)
      const { node: publisher, at, bytes, text } = event
      return remembered({
        ...message,
        publisher,
        at,
        bytes,
        targets,
        ...(text === undefined ? {} : { text }),
      })
    }
    case 'received': {
      if (message.deliveries[event.node]) return state
      const deliveries = { ...message.deliveries, [event.node]: { at: event.at, from: event.from } }
      return remembered({
        ...message,
        deliveries,
        ...(event.origin === undefined ? {} : { origin: event.origin }),
      })
    }
    case 'duplicate':
      return remembered({ ...message, duplicates: message.duplicates + 1 })
    case 'rejected':
      return remembered({ ...message, rejected: message.rejected + 1 })
  }
}

/** A message may be received, as we see it, before it is published: the two reports come from two processes. */
function firstSeen(
  state: NetworkState,
  event: EventOf<'published' | 'received' | 'duplicate' | 'rejected'>,
): MessageState {
  return {
    id: event.message,
    number: (state.messages.at(-1)?.number ?? 0) + 1,
    at: event.at,
    bytes: 'bytes' in event ? event.bytes : 0,
    targets: subscribers(state),
    deliveries: {},
    duplicates: 0,
    rejected: 0,
  }
}

const COUNTER = {
  published: 'published',
  received: 'received',
  duplicate: 'duplicates',
  rejected: 'rejected',
} as const

function count(state: NetworkState, event: { type: keyof typeof COUNTER; node: string }): NetworkState {
  const key = COUNTER[event.type]
  const totals = { ...state.totals, [key]: state.totals[key] + 1 }
  return change({ ...state, totals }, event.node, n => ({ ...n, [key]: n[key] + 1 }))
}

const subscribers = (state: NetworkState) =>
  Object.values(state.nodes)
    .filter(n => n.phase === 'listening' && n.subscribed && !n.hostile)
    .map(n => n.name)

/** How far a message has got: `reached` of `expected` nodes, and the slowest so far in milliseconds. */
export function progress(m: MessageState): { reached: number; expected: number; slowestMs: number } {
  const delivered = Object.entries(m.deliveries).filter(([name]) => name !== m.publisher)
  const expected = new Set([...m.targets, ...delivered.map(([name]) => name)])
  const slowestMs = delivered.reduce((slowest, [, d]) => Math.max(slowest, d.at - m.at), 0)
  return { reached: delivered.length, expected: expected.size, slowestMs }
}
