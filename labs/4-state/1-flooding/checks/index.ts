import type { Checks } from '../../../check/kit/check.ts'

export const checks: Checks = {
  'not-written': t => t.fail({ expected: 'checks.', got: 'none.' }),
}
