/**
 * The messages that a network's state does not hold any more. Copies of a message arrive long after it: without this memory
 * each would look like the first copy of a new one.
 */
import type { MessageState, NetworkState } from './types.ts'

/** Messages in detail, oldest first. Older ones stay in the totals only. */
export const MAX_MESSAGES = 200
/** Of those, as many may come from hostile nodes when there are more than MAX_MESSAGES: a flood pushes nobody else's out. */
const MAX_HOSTILE = 50
/**
 * Forgotten messages are remembered by a number each, in parts that states share: 16,000 last longer than gossipsub's own memory of
 * seen messages (120 s) while a spammer publishes 100 per second.
 */
const PART = 500
const MAX_PARTS = 32

/** 48 bits of the id: of a signed message they are of its random sequence number, otherwise of a hash. */
const mark = (id: string): number => Number.parseInt(id.slice(-12), 16)

export const isForgotten = ({ forgotten }: NetworkState, id: string): boolean => {
  const wanted = mark(id)
  return forgotten?.some(part => part.includes(wanted)) ?? false
}

/** The state with at most MAX_MESSAGES messages. The newest always stays. */
export function forgetOldest(state: NetworkState): NetworkState {
  if (state.messages.length <= MAX_MESSAGES) return state
  const hostile = state.messages.filter(m => isHostile(state, m))
  const oldest = hostile.length > MAX_HOSTILE ? hostile[0]! : state.messages[0]!
  return {
    ...state,
    messages: state.messages.filter(m => m !== oldest),
    forgotten: remembering(state.forgotten ?? [], mark(oldest.id)),
  }
}

function remembering(parts: readonly (readonly number[])[], id: number): readonly (readonly number[])[] {
  const last = parts.at(-1)
  return last && last.length < PART
    ? [...parts.slice(0, -1), [...last, id]]
    : [...parts, [id]].slice(-MAX_PARTS)
}

/** Whoever published it may be known by its peer id only. */
function isHostile({ nodes, names }: NetworkState, { publisher, origin }: MessageState): boolean {
  const name = publisher ?? (origin === undefined ? undefined : names[origin])
  return name !== undefined && nodes[name]?.hostile !== undefined
}
