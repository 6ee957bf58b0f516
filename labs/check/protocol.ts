/**
 * What goes between the check process and its host (the extension, the CLI, a test), as messages of
 * child_process.fork. The host sends one `check` and a heartbeat; the process reports and ends after `finished`.
 */

export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'error'

export interface CheckResult {
  id: string
  title: string
  verdict: Verdict
  /** Wall time, whole milliseconds. */
  ms: number
  /** What the checker did, what it expected, what it got, the likely misconception, the seed. Left out on a pass. */
  message?: string
  /** Bytes as `hexdump` text, for a side-by-side diff, where bytes differed. */
  diff?: { expected: string; actual: string }
  /** The op, and so the learner's function, that the failure is about. */
  op?: string
}

export interface ExerciseResult {
  exercise: string
  /** error before fail before inconclusive before pass: the worst of the checks. */
  verdict: Verdict
  seed: number
  ms: number
  checks: CheckResult[]
  /** Why nothing could be run (verdict 'error'), as one sentence. */
  problem?: string
}

/** Runs the learner's file with our runner, or any command line through the shell. */
export type ProgramSpec =
  | { kind: 'typescript'; file: string; workspace: string }
  | { kind: 'command'; command: string; workspace: string }

export type ToCheck =
  | { type: 'check'; exercise: string; program: ProgramSpec; seed: number; only?: string[] }
  | { type: 'heartbeat' }
  /** Ends the program's process group, then reports `finished` with what is known. */
  | { type: 'cancel' }

export type FromCheck =
  /** A program was started, or ended: the host ends its process group should the check process be killed. */
  | { type: 'program'; pid: number; running: boolean }
  | { type: 'check-started'; check: string }
  | { type: 'check-finished'; result: CheckResult }
  /** What the learner's program wrote, as it came. */
  | { type: 'log'; check: string; stream: 'stdout' | 'stderr'; text: string }
  | { type: 'finished'; result: ExerciseResult }
