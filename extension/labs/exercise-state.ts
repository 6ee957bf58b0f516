/** The state of an exercise, as the tree shows it. Pure. */
import type { Verdict } from '../../labs/check/protocol.ts'

/** 'unclear' when the last check was inconclusive or could not be run. */
export type ExerciseState = 'not-run' | 'running' | 'passed' | 'failed' | 'unclear'

export interface Remembered {
  state: Exclude<ExerciseState, 'running'>
  passedOnce: boolean
}

/** What is remembered after a check. Some of the checks passing proves nothing about the others. */
export function next(
  before: Remembered | undefined,
  verdict: Verdict,
  whole: boolean,
): Remembered | undefined {
  const passedOnce = before?.passedOnce ?? false
  switch (verdict) {
    case 'fail':
      return { state: 'failed', passedOnce }
    case 'pass':
      return whole ? { state: 'passed', passedOnce: true } : before
    case 'inconclusive':
    case 'error':
      return whole ? { state: 'unclear', passedOnce } : before
  }
}
