/** A port at which nobody listens. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode, number } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { openDeafPort } from '../../../check/peers/datagrams.ts'
import { PATIENT_MS } from './asking.ts'
import { MILLISECONDS, tryRequest } from './serving.ts'
import { EACH, NULL, shortest, timeOf } from './waits.ts'

/** A port at which nobody listens is a server that never replies, whatever the system says. */
export async function deaf(t: CheckContext): Promise<void> {
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
