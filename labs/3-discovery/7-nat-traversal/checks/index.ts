/** The checks of exercise 3.7: NAT traversal. */
import type { Check, Checks } from '../../../check/kit/check.ts'
import { lyingObserver, observed, rewrittenAddress } from './observed.ts'
import { pairsWith } from './pairs.ts'

const unwritten: Check = async t =>
  t.fail({ expected: 'a check.', got: 'nothing: this check is not written yet.' })

export const checks: Checks = {
  observed,
  'rewritten-address': rewrittenAddress,
  'lying-observer': lyingObserver,
  'endpoint-independent': pairsWith('Endpoint-Independent'),
  'address-dependent': pairsWith('Address-Dependent'),
  'port-dependent': pairsWith('Address and Port-Dependent'),
  'same-port': unwritten,
  strangers: unwritten,
  'keep-alive': unwritten,
  'each-other': unwritten,
}
