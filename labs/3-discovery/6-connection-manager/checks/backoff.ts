/** When the program dials a peer again that failed. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { openHouse, type Dial } from './house.ts'
import { watchLateness } from './lateness.ts'

const PEERS = 12
/** The longest wait, in units of backoffMs: neither a power of two nor what waits that grow evenly would come to. */
const CAP = 5
/** Each peer closes four dials, accepts the fifth and leaves, and hangs in the sixth. */
const FAILURES = 4
const LAST = FAILURES + 2
/** Clocks in whole milliseconds, and timers that fire a little early. */
const CLOCK_MS = 2
/** Waits that differ by less than this share of the longest have no jitter: of twelve random ones, one run in ten million has such. */
const EVEN = 0.1

/** A wait of one peer, in units of the longest that it may be. */
interface Wait {
  /** Failures in a row before it. */
  failures: number
  ms: number
  longest: number
}

export const backoff = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const backoffMs = ms / 5
    const failedAt = new Map<string, number>()
    const waits: Wait[] = []
    let done = 0
    const does = (dial: Dial) => {
      const { member, number, peer } = dial
      const before = failedAt.get(member.id)
      if (before !== undefined) {
        const failures = number === LAST ? 1 : number - 1
        const longest = Math.min(CAP, 2 ** (failures - 1)) * backoffMs
        waits.push({ failures, ms: peer.since - before, longest })
      }
      if (number >= LAST) return void done++
      // It may know earlier than we could note it afterwards.
      failedAt.set(member.id, performance.now())
      if (number <= FAILURES) return dial.close()
      dial.accept()
      void house.then(async ({ untilRead }) => {
        await untilRead()
        failedAt.set(member.id, performance.now())
        dial.close()
      })
    }
    const lateness = watchLateness(program)
    const house = openHouse(
      t,
      Array.from({ length: PEERS }, () => ({ does })),
      { target: PEERS, max: PEERS, backoffMs, maxBackoffMs: CAP * backoffMs, program },
    )
    const { until } = await house
    t.doing(
      `With a backoffMs of ${backoffMs} and a maxBackoffMs of ${CAP * backoffMs}, ${PEERS} peers each closed ${FAILURES} dials without a hello, accepted the next one, and left.`,
    )
    await until(() => done === PEERS, {
      expected: `that your program dials each of them again after each failure, ${LAST} times in all.`,
      got: () => `${waits.length + PEERS} dials in all, long after the longest waits.`,
      hint: 'do you dial a peer again when its wait is over? A wait is never longer than maxBackoffMs.',
      ms: 2 * backoffMs * (1 + 2 + 4 + CAP + 1),
    })
    const late = lateness()
    judge(t, waits, backoffMs, late)
  })

function judge(t: CheckContext, waits: readonly Wait[], backoffMs: number, late: number): void {
  const words = ({ ms, failures }: Wait, limits: string) =>
    ({
      op: 'start',
      expected: `a wait of ${limits} ms after ${failures === 1 ? 'the first failure' : `${failures} failures`} in a row.`,
      got: `${Math.floor(ms)} ms.`,
    }) as const
  const limits = ({ longest }: Wait) => `${longest / 2} to ${longest}`

  const early = waits.find(({ ms, longest }) => ms < longest / 2 - CLOCK_MS)
  if (early) {
    t.fail({
      ...words(early, limits(early)),
      hint: 'half of the wait is certain, and only the other half is random. It doubles with each failure of this peer in a row, up to maxBackoffMs. Does the end of a connection count as a failure, too?',
    })
  }
  const overdue = waits.find(({ ms, longest }) => ms > longest * (1 + EVEN / 2) + 2 * late)
  if (overdue) {
    t.fail({
      ...words(overdue, limits(overdue)),
      hint:
        overdue.failures === 1
          ? 'does a hello end the row of failures? The next failure is the first one of a new row.'
          : 'does each peer have a row of failures of its own, and does no wait get longer than maxBackoffMs?',
    })
  }
  // With so much allowed for, a wait that is too long would not have shown.
  if (late > backoffMs / 2) throw new TooBusy()
  // Twelve waits as long as the cap: spread over half of it where there is jitter.
  const longest = waits.filter(wait => wait.longest === CAP * backoffMs).map(({ ms }) => ms)
  const spread = Math.max(...longest) - Math.min(...longest)
  if (spread > EVEN * CAP * backoffMs && Math.min(...longest) < (1 - EVEN / 2) * CAP * backoffMs) return
  if (late > EVEN * CAP * backoffMs) throw new TooBusy()
  t.fail({
    op: 'start',
    expected: `random waits from ${(CAP * backoffMs) / 2} to ${CAP * backoffMs} ms, when a peer fails for the fourth time.`,
    got: `${longest.length} waits from ${Math.floor(Math.min(...longest))} to ${Math.floor(Math.max(...longest))} ms.`,
    hint: 'do you draw a new random number for each wait? Without jitter, all that lost the same peer return at once.',
  })
}
