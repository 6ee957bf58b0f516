/** The checks of exercise 4.1: one node among played peers, then networks of copies. */
import type { Checks } from '../../../check/kit/check.ts'
import { comes, shapes } from './networks.ts'
import { alone } from './alone.ts'
import { links } from './links.ts'
import { duplicates, malformed, passesOn, publishes, window } from './single.ts'

export const checks: Checks = {
  'passes-on': passesOn,
  publishes,
  links,
  alone,
  duplicates,
  window,
  malformed,
  shapes,
  comes,
}
