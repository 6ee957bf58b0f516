/** What a score must be, as an interval: the checker knows only between which of its own moments the program counted. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Meeting, House, Reason } from './house.ts'

/** Points, and whether they last: the table in the text. */
export const POINTS: Readonly<Record<Reason, { points: number; lasts: boolean }>> = {
  malformed: { points: 25, lasts: true },
  mempool: { points: 33, lasts: false },
  pong: { points: 10, lasts: false },
  timeout: { points: 20, lasts: false },
}

/** Clocks in whole milliseconds, on both sides of a difference. */
const CLOCK_MS = 2
/** What floating-point numbers leave over. */
const LEAST = 0.01

export interface Expected {
  /** Adds the points of a misbehavior that the program counted between these moments, in ms of performance.now(). */
  add(reason: Reason, from: number, to: number): void
  /** Whether a program may tell this score. */
  fits(score: number): boolean
  /** How far apart the least and the greatest possible score are. */
  width(): number
  /** "of 75", or "from 73 to 76". */
  words(): string
}

export function expectedScore(halfLifeMs: number): Expected {
  let lasting = 0
  let [low, high] = [0, 0]
  let last: [from: number, to: number] | undefined
  const after = (ms: number) => 2 ** (-Math.max(0, ms) / halfLifeMs)
  const limits = () =>
    [Math.ceil(lasting + low - 0.5 - LEAST), Math.floor(lasting + high + 0.5 + LEAST)] as const
  return {
    add(reason, from, to) {
      const { points, lasts } = POINTS[reason]
      if (last) {
        low *= after(to - last[0] + CLOCK_MS)
        high *= after(from - last[1] - CLOCK_MS)
      }
      last = [from, to]
      if (lasts) lasting += points
      else {
        low += points
        high += points
      }
    },
    fits(score) {
      const [least, most] = limits()
      return score >= least && score <= most
    },
    width: () => high - low,
    words() {
      const [least, most] = limits()
      return least === most ? `of ${least}` : `from ${least} to ${most}`
    },
  }
}

/** One peer whose score the checker keeps, too. */
export interface Offender {
  meeting: Meeting
  expected: Expected
  /** Misbehaves by sending this, all in one write, and expects the event and the score for each. */
  offends(reasons: readonly Sent[], hint: string): Promise<void>
  /** Expects the event for something that the program cannot have counted before `from`, in ms of performance.now(). */
  isCounted(reason: Reason, from: number, hint: string): Promise<void>
}

/** How long after it is due an event is overdue, and so many times the wait until then: a busy machine is late by a share of it. */
const SOON_MS = 2_000
const OVERDUE = 5

/** What a peer can do at any time. */
export type Sent = Exclude<Reason, 'timeout'>

export function offender(t: CheckContext, house: House, meeting: Meeting): Offender {
  const expected = expectedScore(house.rules.halfLifeMs)
  const isCounted = async (reason: Reason, from: number, hint: string): Promise<void> => {
    const about = `for ${WHAT[reason]} on ${meeting.connection}`
    // What is due later is overdue later.
    const due = from - performance.now()
    const ms = due > 0 ? SOON_MS + OVERDUE * due : SOON_MS
    const { score } = await house.expectMisbehavior(meeting, reason, about, REASON[reason], ms)
    expected.add(reason, from, performance.now())
    if (expected.fits(score)) return
    t.fail({
      op: meeting.direction === 'inbound' ? 'listen' : 'connect',
      expected: `a score ${expected.words()} in the event misbehavior for ${WHAT[reason]}: ${POINTS[reason].points} points, and what is left of those before.`,
      got: `${score}.`,
      hint,
    })
  }
  return {
    meeting,
    expected,
    isCounted,
    async offends(reasons, hint) {
      const from = performance.now()
      await meeting.peer.write(Buffer.concat(reasons.map((reason, i) => offence(t, house, reason, i))))
      for (const reason of reasons) await isCounted(reason, from, hint)
    },
  }
}

const WHAT: Readonly<Record<Reason, string>> = {
  malformed: 'a ping or pong of too few bytes',
  mempool: 'the message mempool',
  pong: 'a pong that answers no ping',
  timeout: 'a ping without a pong',
}

const REASON: Readonly<Record<Reason, string>> = {
  malformed: 'a ping or pong of fewer than 8 bytes is malformed, and costs 25 points.',
  mempool: 'each mempool message costs 33 points.',
  pong: 'a pong whose nonce is not that of a waiting ping costs 10 points.',
  timeout: 'a ping that times out costs 20 points.',
}

/** Several malformed messages are of both kinds, and both are one byte short at first: `number` counts them from 0. */
export function offence(t: CheckContext, house: House, reason: Sent, number = t.random.int(0, 9)): Buffer {
  if (reason === 'mempool') return house.message('mempool')
  if (reason === 'pong') return house.message('pong', t.random.bytes(8))
  const length = number < 2 ? 7 : number === 2 ? 0 : t.random.int(0, 7)
  return house.message(number % 2 === 0 ? 'ping' : 'pong', t.random.bytes(length))
}
