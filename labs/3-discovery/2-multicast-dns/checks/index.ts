import type { Checks } from '../../../check/kit/check.ts'

const later = async (): Promise<void> => {}
export const checks: Checks = {
  names: later,
  malformed: later,
  announces: later,
  answers: later,
  silent: later,
  real: later,
  finds: later,
  own: later,
  goodbye: later,
  junk: later,
}
