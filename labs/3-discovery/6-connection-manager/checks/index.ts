/** The checks of exercise 3.6: which connections a node has. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'

async function unwritten(t: CheckContext): Promise<void> {
  t.fail({ expected: 'a check.', got: 'nothing: this check is not written yet.' })
}

export const checks: Checks = {
  target: unwritten,
  churn: unwritten,
  backoff: unwritten,
  collision: unwritten,
  'two-copies': unwritten,
  once: unwritten,
  cap: unwritten,
  groups: unwritten,
  protected: unwritten,
  hello: unwritten,
}
