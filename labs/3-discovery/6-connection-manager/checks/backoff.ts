/** When the program dials a peer again that failed. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { watchLateness } from '../../../check/kit/lateness.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import { someId } from './hello.ts'
import { openHouse, type Dial, type Member } from './house.ts'

const PEERS = 12
/** The longest wait, in units of backoffMs: neither a power of two nor what waits that grow evenly would come to. */
const CAP = 7
/** Each peer closes five dials, accepts the sixth and leaves, and hangs in the seventh. */
const FAILURES = 5
const LAST = FAILURES + 2
/** Clocks in whole milliseconds, and timers that fire a little early. */
const CLOCK_MS = 2
/** Waits of a shorter backoffMs may be too long because threads of the program, of which a sign of life knows nothing, got to run late. */
const SURE_MS = 80
/** Shares of the longest wait: those that differ by less, or are shorter by less, are not random. */
const EVEN = 0.1

/** A wait of one peer before its dial of this number. */
interface Wait {
  number: number
  /** Failures in a row before it. */
  failures: number
  /** In ms of performance.now(). */
  from: number
  ms: number
  /** That it may be. */
  longest: number
  /** How late the machine was in the meantime, in ms. */
  late: number
}

export async function backoff(t: CheckContext): Promise<void> {
  await rows(t)
  await withTime(t, async (ms, program) => anew(t, ms, program === t.program ? await t.another() : program))
}

const rows = (t: CheckContext): Promise<void> =>
  withTime(t, async (ms, program) => {
    const backoffMs = ms / 10
    const failedAt = new Map<string, number>()
    const waits: Wait[] = []
    let done = 0
    const does = (dial: Dial) => {
      const { member, number, peer } = dial
      const before = failedAt.get(member.id)
      if (before !== undefined) {
        const failures = number === LAST ? 1 : number - 1
        const longest = Math.min(CAP, 2 ** (failures - 1)) * backoffMs
        waits.push({ number, failures, from: before, ms: peer.since - before, longest, late: 0 })
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
    const lateness = watchLateness(program.signOfLife)
    const house = openHouse(
      t,
      Array.from({ length: PEERS }, () => ({ does })),
      { target: PEERS, max: PEERS, backoffMs, maxBackoffMs: CAP * backoffMs, program },
    )
    const { until } = await house
    t.doing(
      `With a backoffMs of ${backoffMs} and a maxBackoffMs of ${CAP * backoffMs}, ${PEERS} peers each closed ${FAILURES} dials without a hello, accepted the next one, and left.`,
    )
    // One step at a time: on a busy machine all of them together take longer than any limit.
    while (done < PEERS) {
      const known = waits.length
      await until(() => waits.length > known, {
        expected: `that your program dials each of them again after each failure, ${LAST} times in all.`,
        got: () => `${waits.length + PEERS} dials in all, and no more after the longest wait.`,
        hint: 'do you dial a peer again when its wait is over? A wait is never longer than maxBackoffMs.',
        ms: 2 * CAP * backoffMs,
      })
    }
    // Only now is it known of the last ones, too.
    lateness.stop()
    for (const wait of waits) wait.late = lateness.most(wait.from, wait.from + wait.ms)
    judge(t, waits, backoffMs)
  })

/**
 * Fails when waits are wrong for sure. A machine that is late makes a wait longer, never shorter; so a wait that is too short is wrong, and of those
 * that are too long, all or many must be so.
 */
function judge(t: CheckContext, waits: readonly Wait[], backoffMs: number): void {
  const wrong = ({ ms, failures, longest }: Wait, hint: string): never =>
    t.fail({
      op: 'start',
      expected: `a wait of ${longest / 2} to ${longest} ms after ${failures === 1 ? 'the first failure' : `${failures} failures`} in a row.`,
      got: `${Math.floor(ms)} ms.`,
      hint,
    })

  const early = waits.find(({ ms, longest }) => ms < longest / 2 - CLOCK_MS)
  if (early) wrong(early, EARLY)
  let isClear = true
  for (let number = 2; number <= LAST; number++) {
    const [least, ...others] = waits.filter(wait => wait.number === number).sort((a, b) => a.ms - b.ms)
    // Where waits are random, one of twelve is always shorter.
    if (!least || least.ms < least.longest * (1 + EVEN / 2)) continue
    if ([least, ...others].every(wait => surely(wait) > wait.longest * (1 - EVEN))) {
      if (backoffMs < SURE_MS) throw new TooBusy()
      wrong(least, least.failures === 1 ? ANEW : OVERDUE)
    }
    isClear = false
  }
  const overdue = waits.filter(wait => surely(wait) > wait.longest * (1 + EVEN / 2))
  if (overdue.length > waits.length / 5) {
    if (backoffMs < SURE_MS) throw new TooBusy()
    wrong(overdue[0]!, OVERDUE)
  }

  const long = waits.filter(({ failures }) => failures >= 3)
  const isEven = (some: readonly Wait[]): boolean => {
    const shares = some.map(({ ms, longest }) => ms / longest)
    const least = Math.min(...shares)
    return Math.max(...shares) - least < EVEN || least > 1 - EVEN
  }
  const known = long.filter(({ late, longest }) => 2 * late < EVEN * longest)
  if (!isEven(long) && isClear) return
  if (known.length < PEERS || !isEven(known)) throw new TooBusy()
  const ms = long.filter(({ failures }) => failures === FAILURES).map(wait => Math.floor(wait.ms))
  t.fail({
    op: 'start',
    expected: `random waits from ${(CAP * backoffMs) / 2} to ${CAP * backoffMs} ms after ${FAILURES} failures in a row.`,
    got: `${ms.length} waits from ${Math.min(...ms)} to ${Math.max(...ms)} ms.`,
    hint: 'do you draw a new random number for each wait? Without jitter, all that lost the same peer return at once.',
  })
}

/** The program waited at least so long: it, its timer, its connection and the checker may each have been late. */
const surely = ({ ms, late }: Wait): number => ms - 4 * late

/** Each closes a dial, dials, and leaves just before its first wait can be over. */
const GUESTS = 8
/** So many of them have to come and go in time: the old wait of one in nine may end when the new one does. */
const ENOUGH = 6
/** In units of backoffMs after the first failure: a wait is never shorter than a half. */
const LEAVES = 0.45

/** The wait of a row that is over does not end that of the next row. */
async function anew(t: CheckContext, backoffMs: number, program: Program): Promise<void> {
  const closedAt = new Map<string, number>()
  const leftAt = new Map<string, number>()
  const dialedAt = new Map<string, number>()
  const does = (dial: Dial) => {
    const { id } = dial.member
    // The second one hangs, so that there is no third.
    if (dial.number > 1) return void dialedAt.set(id, dial.peer.since)
    closedAt.set(id, performance.now())
    dial.close()
  }
  // They are greater: a program that has not noticed yet that its own dial is over accepts them, too.
  const [own, ...ids] = Array.from({ length: GUESTS + 1 }, () => someId(t.random)).sort()
  const house = await openHouse(
    t,
    ids.map(id => ({ id, does })),
    { id: own!, target: GUESTS, max: GUESTS, backoffMs, maxBackoffMs: 2 * backoffMs, program },
  )
  const given = `With a backoffMs of ${backoffMs}, each of ${GUESTS} peers closed a dial of your program`
  await house.until(() => closedAt.size === GUESTS, {
    expected: `a dial to each of ${GUESTS} peers.`,
    got: () => `${closedAt.size}.`,
    hint: 'do you dial until all slots of the target are taken?',
  })
  // It knows of the failures before the peers come.
  await house.untilRead()
  const visit = async ({ id, name, host }: Member): Promise<void> => {
    const peer = await house.comes(id, name, host)
    // One that was dialed again before it came has another story.
    if (dialedAt.has(id) || !(await house.isAccepted(peer))) return
    await pause(Math.max(closedAt.get(id)! + LEAVES * backoffMs - performance.now(), 0))
    if (dialedAt.has(id)) return
    leftAt.set(id, performance.now())
    peer.destroy()
  }
  t.doing(`${given}, and then dialed your program.`)
  await Promise.all(house.members.map(visit))
  t.doing(`${given}, then dialed your program, and left before the time of its wait was over.`)
  await house.until(() => [...leftAt.keys()].every(id => dialedAt.has(id)), {
    expected: `a dial to each of them, at most ${backoffMs} ms after it had left.`,
    got: () => `${dialedAt.size} dials.`,
    hint: 'do you dial a peer again when its wait is over, also when it had dialed you?',
    ms: 4 * backoffMs,
  })
  for (const [id, left] of leftAt) {
    const wait = dialedAt.get(id)! - left
    // One that was under way when the peer came was begun before.
    if (wait < 0 || wait >= backoffMs / 2 - CLOCK_MS) continue
    t.fail({
      op: 'start',
      expected: `a wait of ${backoffMs / 2} to ${backoffMs} ms after the end of this connection, the first failure of a new row.`,
      got: `${Math.floor(wait)} ms.`,
      hint: 'do you clear the timer of the wait before, when its peer has dialed you? If not, it ends the new wait early.',
    })
  }
  const inTime = [...leftAt].filter(([id, left]) => left < closedAt.get(id)! + backoffMs / 2)
  if (inTime.length < ENOUGH) throw new TooBusy()
}

const EARLY =
  'half of the wait is certain, and only the other half is random. It doubles with each failure of this peer in a row, up to maxBackoffMs. Does the end of a connection count as a failure, too?'
const ANEW = 'does a hello end the row of failures? The next failure is the first one of a new row.'
const OVERDUE =
  'does each peer have a row of failures of its own, and does no wait get longer than maxBackoffMs?'
