/** The checks of exercise 3.7: NAT traversal. */
import type { Checks } from '../../../check/kit/check.ts'
import { eachOther } from './each-other.ts'
import { keepAlive } from './keep-alive.ts'
import { lyingObserver, observed, rewrittenAddress } from './observed.ts'
import { pairsWith } from './pairs.ts'
import { samePort } from './same-port.ts'
import { strangers } from './strangers.ts'

export const checks: Checks = {
  observed,
  'rewritten-address': rewrittenAddress,
  'lying-observer': lyingObserver,
  'endpoint-independent': pairsWith('Endpoint-Independent'),
  'address-dependent': pairsWith('Address-Dependent'),
  'port-dependent': pairsWith('Address and Port-Dependent'),
  'same-port': samePort,
  strangers,
  'keep-alive': keepAlive,
  'each-other': eachOther,
}
