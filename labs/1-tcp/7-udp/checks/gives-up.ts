/** The client of a server that never replies. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { lateUntil } from '../../../check/kit/lateness.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openDatagrams } from '../../../check/peers/datagrams.ts'
import { chatter } from './chatter.ts'
import { deaf } from './deaf.ts'
import { expectRequests, failWithoutRequest, MILLISECONDS, request, settled } from './serving.ts'
import { EACH, NULL, shortest, timeOf } from './waits.ts'

/** So often the check is made again with twice the time, before it is inconclusive: at most 2 s for each try. */
const DOUBLED = 4

/** A wait this much longer than it should be has been seen so often before the program is to blame for it, and not the machine. */
const LONGER = 1.6
const LONG_TIMES = 3

export const givesUp: Check = async t => {
  let tries = t.random.int(3, 5)
  let timeoutMs = t.random.int(90, 130)
  let long = 0
  for (let i = 0; i <= DOUBLED; i++, timeoutMs *= 2) {
    const { gaps, lag } = await giveUp(t, tries, timeoutMs)
    // On a busy machine, a program that does not wait looks as if it did. But then one of the gaps is short.
    if (!gaps.every(gap => gap > 0.75 * timeoutMs)) continue
    if (gaps.every(gap => gap < LONGER * timeoutMs + 2 * lag)) {
      await chatter(t)
      return deaf(t)
    }
    if (++long === LONG_TIMES) failLong(t, tries, timeoutMs, gaps)
    tries = 3
  }
  t.inconclusive('this machine is so busy that it is unclear how long your program waited after each try.')
}

const failLong = (t: CheckContext, tries: number, timeoutMs: number, gaps: readonly number[]): never =>
  t.fail({
    op: 'request',
    expected: `${tries} datagrams, and a wait of ${timeoutMs} ms after each of them.`,
    got: `waits of ${gaps.map(gap => number(Math.round(gap))).join(', ')} ms.`,
    hint: 'is the wait after each try timeoutMs? Waiting longer after each try is good practice in a real network, but then the caller gets null later than it asked for.',
  })

/**
 * Fails when the program does not give up as it should. Returns the milliseconds from each datagram to the next, and from the last one to
 * the end of the call, as they were seen here, and the longest time in which the program gave no sign of life meanwhile.
 */
async function giveUp(
  t: CheckContext,
  tries: number,
  timeoutMs: number,
): Promise<{ gaps: number[]; lag: number }> {
  const requests = expectRequests(t)
  const amount = requests.draw()
  const server = await openDatagrams(t, 'server', requests.isOurs)
  const tooMany = Promise.withResolvers<'too many'>()
  const enough = Promise.withResolvers<void>()
  const arrivals: number[] = []
  server.serve(() => {
    arrivals.push(performance.now())
    requests.note()
    if (arrivals.length === tries) enough.resolve()
    if (arrivals.length > tries) tooMany.resolve('too many')
  })
  const expected = `${tries} datagrams, a wait of ${timeoutMs} ms after each of them, and then the total null.`
  const called = performance.now()
  const call = request(t, { peer: server.address, amount, tries, timeoutMs })
  const returned = timeOf(call)
  const lag = lateUntil(returned, t.program.signOfLife)
  t.doing(
    `The checker called request, with ${tries} tries of ${timeoutMs} ms, for a server that never replies.`,
  )
  const judgeMany = () =>
    t.fail({
      op: 'request',
      expected,
      got: `at least ${count(arrivals.length, 'datagram')} with the same amount.`,
      hint: 'do you count the tries? A server that is gone must not keep you sending forever, and 3 tries mean 3 datagrams in all.',
    })
  const got = await settled(t, Promise.race([call, tooMany.promise]), requests, () => {
    if (arrivals.length === 0) failWithoutRequest(t, server.strangers, amount)
    return t.fail({
      op: 'request',
      expected,
      got: `${count(arrivals.length, 'datagram')}, and neither another one nor a result long after the ${timeoutMs} ms.`,
      hint: `${MILLISECONDS} Or does it wait for a reply without a limit?`,
    })
  })
  if (got === 'too many') return judgeMany()
  // Measured here it can only come out too long: the program cannot have waited longer than this.
  const waited = (await returned) - called
  if (got !== null) {
    t.fail({ op: 'request', expected, got: `the total ${number(got)}, which no server sent.`, hint: NULL })
  }
  const all = await happens(enough.promise, { ms: 500, signOfLife: t.program.signOfLife })
  if (arrivals.length === 0)
    failWithoutRequest(t, server.strangers, amount, ', although the call has returned')
  if (!all) {
    t.fail({
      op: 'request',
      expected,
      got: `null after ${count(arrivals.length, 'datagram')}.`,
      hint: 'do you send the request again after each timeoutMs, until all tries are used up?',
    })
  }
  if (waited < shortest(tries, timeoutMs)) {
    t.fail({ op: 'request', expected, got: `null after only ${Math.round(waited)} ms.`, hint: EACH })
  }
  // What it still sends now, it sends behind the back of its caller.
  await pause(4 * timeoutMs)
  if (arrivals.length > tries) judgeMany()
  return { gaps: arrivals.map((at, i) => (arrivals[i + 1] ?? called + waited) - at), lag: await lag }
}
