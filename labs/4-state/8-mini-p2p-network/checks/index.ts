/** The checks of exercise 4.8: what one node believes and does, and what five do together. */
import type { Checks } from '../../../check/kit/check.ts'
import { dials } from './dials.ts'
import { finds } from './finds.ts'
import { floods } from './floods.ts'
import { hostile } from './hostile.ts'
import { records } from './records.ts'
import { submits } from './submits.ts'
import { survives } from './survives.ts'
import { unknown } from './unknown.ts'

export const checks: Checks = { records, dials, floods, submits, unknown, finds, hostile, survives }
