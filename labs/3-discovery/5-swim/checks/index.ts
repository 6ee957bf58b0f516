/** The checks of exercise 3.5: a group whose members watch each other. */
import type { Checks } from '../../../check/kit/check.ts'
import { answers } from './answers.ts'
import { frozen } from './frozen.ts'
import { joins } from './joins.ts'
import { halfOpen, killed } from './killed.ts'
import { load } from './load.ts'
import { overrides } from './overrides.ts'
import { refutes } from './refutes.ts'
import { slow } from './slow.ts'
import { suspicion } from './suspicion.ts'

export const checks: Checks = {
  joins,
  answers,
  overrides,
  refutes,
  killed,
  'half-open': halfOpen,
  slow,
  suspicion,
  load,
  frozen,
}
