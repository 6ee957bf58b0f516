/** What of a run can be saved, and why the rest cannot. Knows no vscode. */
import type { KeptRun } from './store.ts'

/** Why there is nothing to save. */
export type Obstacle =
  /** libp2p encrypts what it sends. */
  | { kind: 'libp2p' }
  /** There was no run in this window. */
  | { kind: 'not run' }
  /** It sent nothing over TCP or UDP. `passed`: nor does it have to. */
  | { kind: 'nothing sent'; passed: boolean }
  /** It was among the oldest. */
  | { kind: 'dropped' }
  /** In sentences. */
  | { kind: 'not kept'; problem: string }

export interface Saveable {
  run: KeptRun
  packets: number
  /** Checks whose packets are not there any more. */
  dropped: number
  /** Checks whose packets could not be kept, and why. */
  notKept?: { checks: number; problem: string }
}

export function packetsOf(run: KeptRun | undefined): Saveable | Obstacle {
  if (!run) return { kind: 'not run' }
  const captures = run.checks.flatMap(({ capture }) => capture ?? [])
  const problems = captures.flatMap(({ problem }) => problem ?? [])
  const dropped = run.checks.filter(check => check.dropped).length
  const [problem] = problems
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0)
  if (packets > 0) {
    const notKept = problem === undefined ? {} : { notKept: { checks: problems.length, problem } }
    return { run, packets, dropped, ...notKept }
  }
  if (dropped > 0) return { kind: 'dropped' }
  if (problem !== undefined) return { kind: 'not kept', problem }
  const passed = run.checks.length > 0 && run.checks.every(({ verdict }) => verdict === 'pass')
  return { kind: 'nothing sent', passed }
}
