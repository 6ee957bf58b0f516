/**
 * The way a message really took, from who got it first from whom, and when.
 */
import { nameOf, type MessageState, type NetworkState } from '../../network/state.ts'

/** One link the message went over and was new at the end of. Times are milliseconds after it was published. */
export interface Hop {
  from: string
  to: string
  /** 1 for those who got it from the publisher itself, and so on. */
  hop: number
  /** When the sender had it itself: it forwards at once. */
  startMs: number
  /** When the receiver had it. */
  endMs: number
}

export interface HopTree {
  message: string
  /** Who published it; undefined while that is not known. */
  root: string | undefined
  /** In the order in which they ended. */
  hops: readonly Hop[]
  /** Until the last known receiver had it. */
  durationMs: number
}

/**
 * The hop tree of a message. Clocks of two processes differ by fractions of a millisecond, and a report may be missing:
 * a hop never ends before it starts, and a sender of whom no receipt is known counts as having had it from the start.
 */
export function hopTree(state: Pick<NetworkState, 'names'>, message: MessageState): HopTree {
  const root = message.publisher ?? (message.origin && nameOf(state as NetworkState, message.origin))
  const receipts = new Map(
    Object.entries(message.deliveries)
      .filter(([to]) => to !== root)
      .map(([to, { at, from }]) => [to, { at, from: nameOf(state as NetworkState, from) }]),
  )
  const had = new Map<string, { hop: number; ms: number }>()
  const hops: Hop[] = []
  for (const name of receipts.keys()) {
    // From this receiver back to somebody whose time is known, then forward again.
    const way: string[] = []
    for (let at = name; receipts.has(at) && !had.has(at) && !way.includes(at); at = receipts.get(at)!.from)
      way.push(at)
    for (const to of way.reverse()) {
      const { at, from } = receipts.get(to)!
      const before = had.get(from) ?? { hop: 0, ms: 0 }
      const hop = {
        from,
        to,
        hop: before.hop + 1,
        startMs: before.ms,
        endMs: Math.max(at - message.at, before.ms),
      }
      had.set(to, { hop: hop.hop, ms: hop.endMs })
      hops.push(hop)
    }
  }
  hops.sort((a, b) => a.endMs - b.endMs || a.hop - b.hop)
  return { message: message.id, root, hops, durationMs: hops.at(-1)?.endMs ?? 0 }
}

/** Hop trees by message, made once for each change of a message. */
export function hopTrees(): (state: NetworkState, message: MessageState) => HopTree {
  const made = new WeakMap<MessageState, { names: NetworkState['names']; tree: HopTree }>()
  return (state, message) => {
    const before = made.get(message)
    if (before?.names === state.names) return before.tree
    const tree = hopTree(state, message)
    made.set(message, { names: state.names, tree })
    return tree
  }
}
