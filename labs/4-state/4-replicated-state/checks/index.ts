/** The checks of this exercise. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'

async function works(t: CheckContext): Promise<void> {
  t.doing('The checker asked your program to listen.')
  await t.call(exercise.ops.listen, { host: '127.0.0.1', port: 0 })
  t.fail({ expected: 'a check.', got: 'nothing: this check is not written yet.' })
}

export const checks: Checks = { works }
