/** The checks of exercise 3.5. */
import type { Checks } from '../../../check/kit/check.ts'

export const checks: Checks = {}
