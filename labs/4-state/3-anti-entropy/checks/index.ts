/** The checks of exercise 4.3: one node among played peers, then networks of copies. */
import type { Checks } from '../../../check/kit/check.ts'
import { descends, exchanges, hostile } from './answers.ts'
import { digests } from './digests.ts'
import { links } from './links.ts'
import { halves, sides } from './networks.ts'
import { line, period, restart } from './time.ts'

export const checks: Checks = {
  digests,
  descends,
  links,
  exchanges,
  hostile,
  halves,
  sides,
  period,
  line,
  restart,
}
