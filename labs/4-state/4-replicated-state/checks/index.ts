/** The checks of exercise 4.4. */
import type { Checks } from '../../../check/kit/check.ts'
import { clocks } from './clocks.ts'
import { connects } from './connects.ts'
import { malformed } from './malformed.ts'
import { merges } from './merges.ts'
import { newReplica } from './new-replica.ts'
import { passesOn } from './passes-on.ts'
import { removes } from './removes.ts'
import { restarts } from './restarts.ts'
import { split } from './split.ts'
import { writes } from './writes.ts'

export const checks: Checks = {
  writes,
  merges,
  'passes-on': passesOn,
  connects,
  clocks,
  removes,
  restarts,
  'new-replica': newReplica,
  split,
  malformed,
}
