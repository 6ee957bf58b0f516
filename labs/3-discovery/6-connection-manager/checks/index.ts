/** The checks of exercise 3.6: which connections a node has. */
import type { Checks } from '../../../check/kit/check.ts'
import { backoff } from './backoff.ts'
import { hellos } from './hellos.ts'
import { collision, once, twoCopies } from './meeting.ts'
import { cap, groups, protectedPeers } from './room.ts'
import { churn, target } from './target.ts'

export const checks: Checks = {
  target,
  churn,
  backoff,
  collision,
  'two-copies': twoCopies,
  once,
  cap,
  groups,
  protected: protectedPeers,
  hello: hellos,
}
