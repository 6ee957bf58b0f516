/** What the last run of each exercise has shown so far, check by check: for the guide. Pure. */
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'

export interface ShownCheck {
  state: 'not-run' | 'running' | 'passed' | 'failed' | 'unclear'
  message?: string
}

export interface ShownRun {
  checks: Readonly<Record<string, ShownCheck>>
  /** Of the last run that came to an end. */
  seed?: number
  problem?: string
}

export const STATE_OF = { pass: 'passed', fail: 'failed', inconclusive: 'unclear', error: 'unclear' } as const

/** A run begins: of `ids` nothing is known any more. Checks that it leaves out keep what they have. */
export const begun = (before: ShownRun | undefined, ids: readonly string[]): ShownRun => ({
  checks: { ...before?.checks, ...Object.fromEntries(ids.map(id => [id, { state: 'not-run' } as const])) },
  ...(before?.seed !== undefined && { seed: before.seed }),
})

export const checking = (run: ShownRun, id: string): ShownRun => ({
  ...run,
  checks: { ...run.checks, [id]: { state: 'running' } },
})

export const checked = (run: ShownRun, { id, verdict, message }: CheckResult): ShownRun => ({
  ...run,
  checks: {
    ...run.checks,
    [id]: { state: STATE_OF[verdict], ...(message !== undefined && { message }) },
  },
})

/** The run is over. What was running when it was cancelled was not judged. */
export function ended(run: ShownRun, result: ExerciseResult): ShownRun {
  const checks = Object.entries(run.checks).map(([id, check]) => [
    id,
    check.state === 'running' ? { state: 'not-run' as const } : check,
  ])
  return {
    checks: Object.fromEntries(checks),
    seed: result.seed,
    ...(result.problem !== undefined && { problem: result.problem }),
  }
}
