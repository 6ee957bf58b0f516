/** The checks of exercise 4.7: a node of a gossipsub network that judges what it passes on. */
import type { Checks } from '../../../check/kit/check.ts'
import { heights } from './heights.ts'
import { churn, crowd, joins } from './meetings.ts'
import { announces, once, relays } from './passing-on.ts'
import { clocks, malformed } from './rules.ts'
import { costs } from './score.ts'

export const checks: Checks = {
  joins,
  relays,
  malformed,
  heights,
  clocks,
  once,
  costs,
  announces,
  crowd,
  churn,
}
