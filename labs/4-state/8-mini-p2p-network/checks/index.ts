import type { Checks } from '../../../check/kit/check.ts'
export const checks: Checks = {}
