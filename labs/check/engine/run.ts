/** Runs the checks of one exercise, one after another, each with a fresh program. */
import type { ExerciseEntry } from '../../catalogue.ts'
import { CannotRun } from '../kit/finding.ts'
import { createCapture, MAX_RUN_BYTES } from '../capture/capture.ts'
import { keepPackets } from '../capture/kept.ts'
import { assertRunnable } from './launch.ts'
import type { LoadedExercise } from '../kit/check.ts'
import { judge, type Surroundings } from './judge.ts'
import { prepare, type Prepared } from './prepared.ts'
import type { CheckResult, ExerciseResult, FromCheck, Verdict } from '../protocol.ts'

export interface ExerciseRun
  extends
    LoadedExercise,
    Omit<
      Surroundings,
      | 'exercise'
      | 'ops'
      | 'onLog'
      | 'onRunning'
      | 'onInspector'
      | 'prepared'
      | 'silentBefore'
      | 'onBegin'
      | 'capture'
    > {
  entry: ExerciseEntry
  /** Ids of checks. Left out: all. */
  only?: readonly string[] | undefined
  /** Also when nothing comes from the program. */
  all?: boolean | undefined
  /** An empty folder for the packets of each check. Left out: none are kept. */
  captureIn?: string | undefined
  report(message: FromCheck): void
}

/** After so many checks in which nothing came from the program, the others would only wait, too. */
const SILENT_CHECKS = 2

/** What one check may forward of the program's log: enough to read, and not enough to drown the host. */
const MAX_LOG_CHARACTERS = 256 * 1024

/** Never rejects: what keeps the checks from running is the verdict 'error' with a `problem`. */
export async function runExercise(run: ExerciseRun): Promise<ExerciseResult> {
  const { entry, seed, report } = run
  const started = performance.now()
  const checks: CheckResult[] = []
  const endings: Promise<void>[] = []
  const silent: ExerciseEntry['checks'][number][] = []
  let rest: ExerciseEntry['checks'] = []
  let problem: string | undefined
  let next: Prepared | undefined
  const budget = { left: MAX_RUN_BYTES }
  const newCapture = () => (run.captureIn === undefined ? undefined : createCapture(budget))
  const surroundings = {
    ...run,
    exercise: entry.id,
    ops: run.definition.ops,
    onRunning: (pid: number, running: boolean) => report({ type: 'program', pid, running }),
  }
  const prepareNext = () => {
    // What another command line does when two of it run at once is not ours to try; a debugger takes one after the other.
    if (run.spec.kind !== 'typescript' || run.inspect || run.signal.aborted) return
    try {
      next = prepare(surroundings, newCapture())
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error // The check that needs it will say so.
    }
  }
  try {
    const all = selected(run)
    for (const [i, check] of all.entries()) {
      const { id, title } = check
      if (run.signal.aborted) break
      report({ type: 'check-started', check: id })
      const prepared = next
      next = undefined
      const {
        ending,
        silent: nothingCame,
        wire,
        ...judgement
      } = await judge(run.checks[id]!, id, {
        ...surroundings,
        prepared,
        capture: prepared ? undefined : newCapture(),
        silentBefore: silent[0]?.title,
        onLog: forwarder(id, report),
        onInspector: (pid, port) => report({ type: 'inspector', check: id, pid, port }),
        onBegin: i + 1 < all.length ? prepareNext : () => {},
      })
      endings.push(ending)
      if (run.signal.aborted) break
      const kept =
        run.captureIn === undefined
          ? undefined
          : keepPackets(run.captureIn, { id, title, ...judgement }, wire)
      if (kept) endings.push(kept.written)
      checks.push({ id, title, ...judgement, ...(kept && { capture: kept.capture }) })
      report({ type: 'check-finished', result: checks.at(-1)! })
      if (nothingCame) silent.push(check)
      if (silent.length < SILENT_CHECKS || run.all) continue
      rest = all.slice(i + 1)
      break
    }
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
    problem = error.message
  }
  await Promise.all([...endings, next?.program.kill()])
  if (run.signal.aborted) problem = 'The check was canceled.'
  return {
    exercise: entry.id,
    verdict: problem === undefined ? worst(checks) : 'error',
    seed,
    ms: Math.round(performance.now() - started),
    checks,
    ...(rest.length > 0 && {
      notRun: rest.map(({ id, title }) => ({ id, title, message: notRun(silent[0]!.title) })),
    }),
    ...(problem !== undefined && { problem }),
  }
}

const notRun = (first: string): string =>
  `Not run: first make "${first}" pass. Nothing came from your program in ${SILENT_CHECKS} checks, and the rest would only wait, too.`

function selected({ entry, only, ...run }: ExerciseRun): ExerciseEntry['checks'] {
  const unknown = only?.find(id => !entry.checks.some(check => check.id === id))
  if (unknown !== undefined) {
    const ids = entry.checks.map(check => check.id).join(', ')
    throw new CannotRun(`Exercise ${entry.id} has no check "${unknown}". Its checks: ${ids}.`)
  }
  assertRunnable({ ...run, exercise: entry.id })
  return entry.checks.filter(check => !only || only.includes(check.id))
}

/** From good to bad. */
const ORDER: readonly Verdict[] = ['pass', 'inconclusive', 'fail', 'error']

/** Error before fail before inconclusive before pass; what has no checks passes. */
export const worst = (checks: readonly Pick<CheckResult, 'verdict'>[]): Verdict =>
  ORDER.findLast(verdict => checks.some(check => check.verdict === verdict)) ?? 'pass'

function forwarder(check: string, report: (message: FromCheck) => void): Surroundings['onLog'] {
  let left = MAX_LOG_CHARACTERS
  return (stream, text) => {
    if (left <= 0) return
    report({ type: 'log', check, stream, text: text.slice(0, left) })
    left -= text.length
    if (left <= 0)
      report({ type: 'log', check, stream, text: '\n(further output of your program is omitted)\n' })
  }
}
