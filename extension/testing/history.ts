/** What the checks of this window came to. Knows no vscode. */
import type { ExerciseResult } from '../../labs/check/protocol.ts'

/** What it takes to run a check again exactly. */
export interface Repeatable {
  seed: number
  /** Ids of checks. Undefined: all. */
  only: readonly string[] | undefined
}

export interface History {
  /** `only` as it was asked for. */
  add(result: ExerciseResult, only: readonly string[] | undefined): void
  /** The last result, of whatever verdict. */
  last(exercise: string): ExerciseResult | undefined
  /** The last run in which not all checks passed. */
  lastFailed(exercise: string): Repeatable | undefined
}

export function createHistory(): History {
  const results = new Map<string, ExerciseResult>()
  const failures = new Map<string, Repeatable>()
  return {
    add(result, only) {
      results.set(result.exercise, result)
      const { exercise, seed, verdict, problem } = result
      // What could not be run at all had no use for its seed.
      if (verdict !== 'pass' && problem === undefined) failures.set(exercise, { seed, only })
    },
    last: exercise => results.get(exercise),
    lastFailed: exercise => failures.get(exercise),
  }
}
