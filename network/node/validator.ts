/**
 * What an ordinary node takes from others: gossipsub asks before it delivers a message or passes it on, and lowers the score of the
 * peer that sent one which is rejected.
 */
import { now } from '../clock.ts'

/** Messages of the lab may hold anything, so an invalid one is marked: these bytes come first. */
export const INVALID = Buffer.from('p2plab: invalid\0', 'latin1')

/** What is rejected costs the sender its score, and so does passing it on; what is ignored goes no further and costs nothing. */
export type Verdict = 'accept' | 'ignore' | 'reject'

export interface Received {
  data: Uint8Array
  /** Peer ids: who published it, and who sent it to us. */
  origin: string | undefined
  from: string
}

export interface Validator {
  judge(message: Received): Verdict
  /** What the application thinks of a peer, 0 or less (P5 of the gossipsub v1.1 spec): one for each message beyond the limit. */
  opinion(peer: string): number
  /** Another limit, from now on: see createValidator. */
  limit(perSecond: number): void
}

/** An opinion gets no lower than this: gossipsub ignores a peer below -80. */
const WORST = -200
/** An opinion is forgotten by half in this time, milliseconds. */
const HALF_LIFE_MS = 60_000

/**
 * Judges messages, one after another. `limitPerSecond` is how many one publisher may send on average, with twice as many at once;
 * undefined for any number. Only what comes from the publisher itself is counted, and it is ignored rather than
 * rejected: a neighbour that has counted otherwise passes on in good faith what we do not want.
 */
export function createValidator(limitPerSecond: number | undefined, clock = now): Validator {
  const budgets = new Map<string, { left: number; at: number }>()
  const opinions = new Map<string, { value: number; at: number }>()
  let limit = limitPerSecond
  const withinLimit = (peer: string, limit: number): boolean => {
    const most = 2 * limit
    const at = clock()
    const before = budgets.get(peer) ?? { left: most, at }
    const left = Math.min(most, before.left + ((at - before.at) / 1_000) * limit)
    budgets.set(peer, { left: Math.max(0, left - 1), at })
    return left >= 1
  }
  const opinion = (peer: string) => {
    const formed = opinions.get(peer)
    return formed ? formed.value * 0.5 ** ((clock() - formed.at) / HALF_LIFE_MS) : 0
  }
  return {
    opinion,
    judge({ data, origin, from }) {
      if (INVALID.equals(data.subarray(0, INVALID.length))) return 'reject'
      if (limit === undefined || origin !== from || withinLimit(from, limit)) return 'accept'
      opinions.set(from, { value: Math.max(WORST, opinion(from) - 1), at: clock() })
      return 'ignore'
    },
    limit(perSecond) {
      limit = perSecond
      budgets.clear()
    },
  }
}
