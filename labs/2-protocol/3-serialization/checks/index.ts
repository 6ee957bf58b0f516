/** The checks of exercise 2.3: a part of CBOR, with deterministic encoding. */
import type { Checks } from '../../../check/kit/check.ts'
import { keys, order, published, roundTrip, shortest, text } from './values.ts'
import { depth, lengths, refused } from './hostile.ts'
import { updates } from './records.ts'

export const checks: Checks = {
  published,
  shortest,
  order,
  text,
  keys,
  refused,
  depth,
  lengths,
  update: updates,
  'round-trip': roundTrip,
}
