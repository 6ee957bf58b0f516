/** The checks of exercise 3.2: names, announcing and browsing by multicast DNS. */
import type { Checks } from '../../../check/kit/check.ts'
import { announces } from './announcing.ts'
import { answers, silent } from './answering.ts'
import { finds, real } from './browsing.ts'
import { junk } from './junk.ts'
import { goodbye, own } from './living.ts'
import { malformed, names } from './reading.ts'

export const checks: Checks = {
  names,
  malformed,
  announces,
  answers,
  silent,
  real,
  finds,
  own,
  goodbye,
  junk,
}
