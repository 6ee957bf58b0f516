/** The checks of exercise 2.4: Bitcoin's handshake. */
import type { Checks } from '../../../check/kit/check.ts'
import { bothDial, inbound, outbound, recorded } from './good.ts'
import { between, early } from './ignored.ts'
import { malformed } from './malformed.ts'
import { versions } from './refused.ts'
import { self } from './self.ts'
import { timeout } from './timeout.ts'

export const checks: Checks = {
  inbound,
  outbound,
  recorded,
  early,
  between,
  versions,
  malformed,
  self,
  'both-dial': bothDial,
  timeout,
}
