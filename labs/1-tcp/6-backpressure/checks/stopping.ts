/** Calling stop, and being certain that it has begun. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { inNode } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { HOST } from '../../shared/listening.ts'
import { comes } from './reading.ts'

/** A graceMs that no check uses up: a stop that takes so long was waiting for something that is not there. */
export const PATIENT_MS = 60_000

/** What is due at once is not given up before this. */
const AT_ONCE_MS = 1_500

export interface Stopping {
  /** When stop replied, in milliseconds after the call; undefined while it has not. */
  repliedAfter(): number | undefined
  /** Whether stop replies, which is due after `ms` milliseconds. */
  replies(ms?: number): Promise<boolean>
  /** Fails unless stop replies, which is due now, and unless the system then refuses whoever connects. */
  returns(finding: { expected: string; hint: string }): Promise<void>
}

/** Calls stop. An error that it returns ends the check. */
export function callStop(t: CheckContext, port: number, graceMs: number): Stopping {
  const called = performance.now()
  let after: number | undefined
  const reply = t
    .call(exercise.ops.stop, { graceMs }, { ms: 10 * PATIENT_MS })
    .then(() => void (after = performance.now() - called))
  reply.catch(t.broken)
  const replies = async (ms = AT_ONCE_MS) => (await comes(t, reply, ms)) === true
  return {
    repliedAfter: () => after,
    replies,
    async returns({ expected, hint }) {
      if (await replies()) return expectRefused(t, port)
      t.fail({ op: 'stop', expected, got: 'no reply: stop is still waiting.', hint })
    },
  }
}

const CLOSE = inNode(
  'does stop begin with server.close()? It stops listening at once and leaves open connections alone.',
  'does stop begin by closing the listening socket? That leaves open connections alone. A thread that still waits in accept can keep it open.',
)

/** Returns when nothing listens on the port any longer: stop has begun. */
export async function untilRefused(t: CheckContext, port: number): Promise<void> {
  let waiting = true
  const refused = (async () => {
    for (; waiting; await pause(20)) {
      const peer = await t.sockets.tryConnect(port, 'newcomer')
      if (peer === 'refused') return
      peer.destroy()
    }
  })()
  try {
    if ((await comes(t, refused, AT_ONCE_MS)) === true) return await refused
  } finally {
    waiting = false
  }
  t.fail({
    op: 'stop',
    expected: `that the system refuses new connections to ${HOST}, port ${port} as soon as stop is called, also while answers are being finished.`,
    got: 'the system still accepts connections for your program.',
    hint: CLOSE,
  })
}

/** Stop has returned: from then on not even one connection may be made. */
export async function expectRefused(t: CheckContext, port: number): Promise<void> {
  const peer = await t.sockets.tryConnect(port, 'newcomer')
  if (peer === 'refused') return
  t.fail({
    op: 'stop',
    expected: `that the system refuses new connections to ${HOST}, port ${port} when stop has returned.`,
    got: 'a new connection.',
    hint: CLOSE,
  })
}
