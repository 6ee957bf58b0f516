/** The checks of exercise 4.2: Bitcoin's announcements. */
import type { Checks } from '../../../check/kit/check.ts'

export const checks: Checks = {}
