/** The checks of exercise 4.6: what one node says to its peers, and what some of them do together. */
import type { Checks } from '../../../check/kit/check.ts'
import { elects } from './elects.ts'

export const checks: Checks = {
  elects,
}
