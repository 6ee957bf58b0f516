/** A server that sends all the time, but never the reply. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openDatagrams } from '../../../check/peers/datagrams.ts'
import { PATIENT_MS } from './asking.ts'
import { datagram, REPLY } from './datagram.ts'
import { expectRequests, request } from './serving.ts'
import { NULL, shortest, timeOf } from './waits.ts'

const TRIES = 2
/** So many datagrams arrive in each wait. */
const IN_A_WAIT = 6

/** A call this much longer than its waits is made again with twice the time, so often. */
const LONGER = 1.5
const DOUBLED = 4

/** What is not the reply must neither end the wait for it nor begin it anew. */
export async function chatter(t: CheckContext): Promise<void> {
  let timeoutMs = t.random.int(110, 140)
  // On a busy machine, a wait may begin anew and still end: when the program stands still for all of it, its timer is the first that it hears of.
  for (let i = 0; i <= DOUBLED; i++, timeoutMs *= 2)
    if ((await giveUp(t, timeoutMs)) < LONGER * TRIES * timeoutMs) return
  t.inconclusive('this machine is so busy that it is unclear how long your program waited after each try.')
}

/** Fails when the program does not give up as it should. Returns how long the call took, in milliseconds. */
async function giveUp(t: CheckContext, timeoutMs: number): Promise<number> {
  const requests = expectRequests(t)
  const server = await openDatagrams(t, 'server', requests.isOurs)
  let timer: NodeJS.Timeout | undefined
  let sent = 0
  server.serve(({ port }) => {
    requests.note()
    timer ??= setInterval(() => {
      sent++
      void server.send(datagram(REPLY, t.random.bytes(8), sent), port)
    }, timeoutMs / IN_A_WAIT)
  })
  t.onEnd(() => clearInterval(timer))
  const called = performance.now()
  const call = request(t, { peer: server.address, amount: requests.draw(), tries: TRIES, timeoutMs })
  const returned = timeOf(call)
  t.doing(
    `The checker called request, with ${TRIES} tries of ${timeoutMs} ms, for a server that sends replies to other requests all the time.`,
  )
  const expected = `${TRIES} datagrams, a wait of ${timeoutMs} ms after each of them, and then the total null.`
  const patience = {
    ms: PATIENT_MS + TRIES * timeoutMs,
    everyMs: 250,
    signOfLife: t.program.signOfLife,
  }
  if (!(await happens(call, patience))) {
    t.fail({
      op: 'request',
      expected,
      got: `${count(requests.count(), 'datagram')} and no result, while ${count(sent, 'datagram')} came that were not the reply.`,
      hint: 'does a datagram that you ignore start the wait again? Each wait begins with its try: what anyone sends meanwhile must not make it longer.',
    })
  }
  clearInterval(timer)
  const waited = (await returned) - called
  const got = await call
  if (got !== null) t.fail({ op: 'request', expected, got: `the total ${number(got)}.`, hint: NULL })
  if (waited >= shortest(TRIES, timeoutMs)) return waited
  return t.fail({
    op: 'request',
    expected,
    got: `null after only ${Math.round(waited)} ms.`,
    hint: 'do you ignore datagrams that are not the reply to your request, and continue to wait? Each try, even the last one, waits timeoutMs for its reply.',
  })
}
