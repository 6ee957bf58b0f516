/** The client of a server that never replies, and of a port at which nobody listens. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openDatagrams, openDeafPort } from '../../../check/peers/datagrams.ts'
import { PATIENT_MS } from './asking.ts'
import { expectRequests, failWithoutRequest, MILLISECONDS, request, settled, tryRequest } from './serving.ts'

/** So often the check is made again with twice the time, before it is inconclusive: at most 2 s for each try. */
const DOUBLED = 4

export const givesUp: Check = async t => {
  const tries = t.random.int(3, 5)
  let timeoutMs = t.random.int(90, 130)
  for (let i = 0; i <= DOUBLED; i++, timeoutMs *= 2) {
    const gaps = await giveUp(t, tries, timeoutMs)
    // On a busy machine, a program that does not wait looks as if it did. But then one of the gaps is short.
    if (gaps.every(gap => gap > 0.75 * timeoutMs)) return deaf(t)
  }
  t.inconclusive('this machine is so busy that it is unclear how long your program waited after each try.')
}

/**
 * What `tries` waits take at least. A timer may be early by a millisecond or two (Windows: by a tick of its clock); however busy the
 * machine is, the sum of the waits is never shorter.
 */
const shortest = (tries: number, timeoutMs: number): number =>
  tries * (timeoutMs - (process.platform === 'win32' ? 16 : 2)) - 5

const NULL = 'do you return null as the total when no reply arrived?'
const EACH = 'does each try, even the last one, wait timeoutMs for its reply?'

/**
 * Fails when the program does not give up as it should. Returns the milliseconds from each datagram to the next, and from the last one to
 * the end of the call, as they were seen here.
 */
async function giveUp(t: CheckContext, tries: number, timeoutMs: number): Promise<number[]> {
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
  return arrivals.map((at, i) => (arrivals[i + 1] ?? called + waited) - at)
}

/** When a call has returned: who waits for it also asks for signs of life, and hears of it later. */
function timeOf(call: Promise<unknown>): Promise<number> {
  const time = call.then(() => performance.now())
  time.catch(() => {})
  return time
}

/** A port at which nobody listens is a server that never replies, whatever the system says. */
async function deaf(t: CheckContext): Promise<void> {
  const [tries, timeoutMs] = [t.random.int(2, 3), t.random.int(60, 90)]
  const { address } = await openDeafPort(t)
  const called = performance.now()
  const call = tryRequest(t, { peer: address, amount: 5, tries, timeoutMs })
  const returned = timeOf(call)
  t.doing(
    `The checker called request, with ${tries} tries of ${timeoutMs} ms, for a port at which nobody listens.`,
  )
  const expected = `the total null, after ${tries} waits of ${timeoutMs} ms.`
  const known = await happens(call, {
    ms: PATIENT_MS + tries * timeoutMs,
    everyMs: 250,
    signOfLife: t.program.signOfLife,
  })
  if (!known)
    t.fail({ op: 'request', expected, got: 'nothing: the call has not returned.', hint: MILLISECONDS })
  const waited = (await returned) - called
  const { result, error } = await call
  if (error !== undefined || result!.total !== null) {
    t.fail({
      op: 'request',
      expected,
      got: error === undefined ? `the total ${number(result!.total!)}.` : `an error: ${error}`,
      hint:
        error === undefined
          ? NULL
          : `do you treat an error of the socket as one more lost datagram? Where nobody listens, the system can report an error (ECONNREFUSED)${inNode(', which a connected socket emits')}. The server may be about to start, so the next try can succeed.`,
    })
  }
  if (waited < shortest(tries, timeoutMs)) {
    t.fail({
      op: 'request',
      expected,
      got: `null after only ${Math.round(waited)} ms.`,
      hint: `${EACH} So it must after an error of the socket: the server may be about to start.`,
    })
  }
}
