/** The checks of exercise 3.7: NAT traversal. */
import type { Check, Checks } from '../../../check/kit/check.ts'

const unwritten: Check = async t =>
  t.fail({ expected: 'a check.', got: 'nothing: this check is not written yet.' })

export const checks: Checks = {
  observed: unwritten,
  'rewritten-address': unwritten,
  'lying-observer': unwritten,
  'endpoint-independent': unwritten,
  'address-dependent': unwritten,
  'port-dependent': unwritten,
  'same-port': unwritten,
  strangers: unwritten,
  'keep-alive': unwritten,
  'each-other': unwritten,
}
