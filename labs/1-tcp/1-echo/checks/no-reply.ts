/** An op of which the check knows why it may stay without an answer. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure, type Finding } from '../../../check/kit/finding.ts'
import { REPLY_MS } from '../../../check/engine/program.ts'

/** `reply`; fails with this finding in place of that of the engine where the program does not answer within REPLY_MS. */
export async function orNoReply<T>(
  t: CheckContext,
  reply: Promise<T>,
  finding: Omit<Finding, 'got'> & { op: string },
): Promise<T> {
  try {
    return await reply
  } catch (error) {
    if (!(error instanceof CheckFailure) || !error.finding.got.startsWith('no reply')) throw error
    return t.fail({ ...finding, got: `no reply to ${finding.op} within ${REPLY_MS / 1000} s.` })
  }
}
