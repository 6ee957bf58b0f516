/** The checks of exercise 2.8: requests on libp2p. */
import type { Checks } from '../../../check/kit/check.ts'
import { aborted } from './aborted.ts'
import { atOnce } from './at-once.ts'
import { cuts } from './cuts.ts'
import { asks, dialed, errorAnswer } from './plain.ts'
import { silence } from './silence.ts'
import { tooLong } from './too-long.ts'
import { unknownFields } from './unknown-fields.ts'
import { versions } from './versions.ts'

export const checks: Checks = {
  dialed,
  asks,
  versions,
  cuts,
  'unknown-fields': unknownFields,
  'too-long': tooLong,
  silence,
  'at-once': atOnce,
  aborted,
  'error-answer': errorAnswer,
}
