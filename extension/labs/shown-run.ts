/** What the last run of each exercise has shown so far, check by check: for the guide. Pure. */
import type { CheckResult, Figure } from '../../labs/check/protocol.ts'
import type { RunStep } from '../testing/run-events.ts'

export interface ShownCheck {
  state: 'not-run' | 'running' | 'passed' | 'failed' | 'unclear'
  message?: string
  figures?: readonly Figure[]
  /** Its packets can be saved. */
  captured?: true
  /** It has a report. */
  reported?: true
}

export interface ShownRun {
  checks: Readonly<Record<string, ShownCheck>>
  /** The learner asked for it, rather than saved a file. */
  asked: boolean
  /** Of the last run that came to an end. */
  seed?: number
  problem?: string
}

export const STATE_OF = { pass: 'passed', fail: 'failed', inconclusive: 'unclear', error: 'unclear' } as const

/** Whether a check sent something that can be saved. */
export const isCaptured = (result: CheckResult | undefined): boolean =>
  result?.capture !== undefined && result.capture.problem === undefined

/** The run after a step of it. */
export function shownAfter(run: ShownRun | undefined, step: RunStep): ShownRun {
  const { checks = {}, seed } = run ?? {}
  const asked = step.type === 'began' ? step.asked : (run?.asked ?? false)
  const known = { asked, ...(seed !== undefined && { seed }) }
  switch (step.type) {
    case 'began': {
      const fresh = step.checks.map(id => [id, { state: 'not-run' }] as const)
      // Checks that it leaves out keep what they have.
      return { checks: { ...checks, ...Object.fromEntries(fresh) }, ...known }
    }
    case 'check-started':
      return { checks: { ...checks, [step.check]: { state: 'running' } }, ...known }
    case 'check-finished': {
      const { id, verdict, message, figures } = step.result
      const shown = {
        state: STATE_OF[verdict],
        ...(message !== undefined && { message }),
        ...(figures && { figures }),
      }
      return { checks: { ...checks, [id]: shown }, ...known }
    }
    case 'ended': {
      // Packets can be saved once the run is over.
      const captured = step.result.checks.filter(isCaptured).map(({ id }) => id)
      const reported = step.result.checks.filter(({ report }) => report !== undefined).map(({ id }) => id)
      // What was running when it was cancelled was not judged.
      const judged = Object.entries(checks).map(([id, check]) => [
        id,
        check.state === 'running'
          ? { state: 'not-run' as const }
          : {
              ...check,
              ...(captured.includes(id) && { captured: true as const }),
              ...(reported.includes(id) && { reported: true as const }),
            },
      ])
      const { seed, problem, notRun = [] } = step.result
      const left = notRun.map(({ id, message }) => [id, { state: 'not-run' as const, message }])
      // Who cancels knows why the run came to nothing.
      return {
        checks: Object.fromEntries([...judged, ...left]),
        asked,
        seed,
        ...(problem !== undefined && !step.cancelled && { problem }),
      }
    }
  }
}
