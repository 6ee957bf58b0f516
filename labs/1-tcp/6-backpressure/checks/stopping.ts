/** Calling stop, and being certain that it has begun. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { deadline, pause } from '../../../check/kit/deadline.ts'
import exercise from '../exercise.ts'
import { HOST } from '../../shared/listening.ts'

/** A graceMs that no check uses up: a stop that takes so long was waiting for something that is not there. */
export const PATIENT_MS = 60_000

/** How long a reply may take that is due now, or after a short graceMs. */
const REPLY_MS = 20_000

/** Resolves when stop has replied. Fails when the reply does not come although it is due. */
export async function callStop(
  t: CheckContext,
  graceMs: number,
  { expected, hint }: { expected: string; hint: string },
): Promise<void> {
  const replied = t.call(exercise.ops.stop, { graceMs }, { ms: PATIENT_MS + REPLY_MS })
  const late = Promise.withResolvers<'late'>()
  const limit = deadline(REPLY_MS, () => late.resolve('late'))
  try {
    if ((await Promise.race([replied, late.promise])) !== 'late') return
  } finally {
    limit.clear()
  }
  replied.catch(() => {})
  t.fail({ op: 'stop', expected, got: `no reply within ${REPLY_MS / 1000} s.`, hint })
}

/** Returns when nothing listens on the port any longer: stop has begun. */
export async function untilRefused(t: CheckContext, port: number): Promise<void> {
  let waiting = true
  const limit = deadline(REPLY_MS, () => (waiting = false))
  while (waiting) {
    const peer = await t.sockets.tryConnect(port, 'newcomer')
    if (peer === 'refused') return limit.clear()
    peer.destroy()
    await pause(20)
  }
  t.fail({
    op: 'stop',
    expected: `that the system refuses new connections to ${HOST}, port ${port} as soon as stop is called, also while answers are being finished.`,
    got: `your program still accepted connections after ${REPLY_MS / 1000} s.`,
    hint: 'does stop begin with server.close()? It stops listening at once and leaves open connections alone.',
  })
}
