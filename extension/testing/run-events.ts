/** What happens in a run of an exercise's checks, as it happens: told once, to whoever wants to know. */
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'

export type RunEvent = { entry: ExerciseEntry } & RunStep

export type RunStep =
  /** Of these checks nothing is known any more. `asked`: the learner asked for the run, rather than saved a file. */
  | { type: 'began'; checks: readonly string[]; asked: boolean }
  | { type: 'check-started'; check: string }
  | { type: 'check-finished'; result: CheckResult }
  /** The last one. The result has a `problem` where the run was cancelled or could not be. */
  | { type: 'ended'; result: ExerciseResult; cancelled: boolean }
