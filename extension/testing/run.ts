/** One TestRun: the chosen exercises one after another, each in a check process of its own. */
import * as vscode from 'vscode'
import { runCheck, type InspectedProgram } from '../../labs/check/client.ts'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'
import { learnerProgram } from '../../labs/workspace/track.ts'
import type { Log } from '../errors.ts'
import type { Begun, CaptureStore } from '../captures/store.ts'
import { t } from '../l10n.ts'
import type { Progress } from '../labs/progress.ts'
import { isCaptured } from '../labs/shown-run.ts'
import { missingFile } from '../labs/texts.ts'
import { trackIn } from '../labs/tracks.ts'
import { isFileIn } from '../same-file.ts'
import type { Chosen } from './chosen.ts'
import { fail } from './fail.ts'
import { checkOf } from './items.ts'
import { crlf, outcomeOf, resultText } from './outcome.ts'
import { symbolIn } from './locate.ts'
import type { RunStep } from './run-events.ts'
import { saveAll } from './save.ts'

export interface RunContext {
  run: vscode.TestRun
  dist: string
  progress: Progress
  log: Log
  /** Cancels. */
  signal: AbortSignal
  /** The learner asked for it: what is not saved yet is saved first. Otherwise it judges what was saved. */
  asked: boolean
  /** Called with each step of the run, as it happens. */
  tell(step: RunStep): void
  /** Under a debugger: gets each program that waits for it. A rejection ends the run. */
  attach?: ((program: InspectedProgram, name: string) => Promise<void>) | undefined
  /** Draws the random inputs of the checks; left out, each run has its own. */
  seed?: number | undefined
  /** Keeps what the checks send. */
  captures: CaptureStore
}

export async function runExercise(chosen: Chosen, context: RunContext): Promise<ExerciseResult> {
  const { run, progress, log, attach, tell, captures } = context
  const { entry, folder, item, checks, only } = chosen
  const track = trackIn(folder, entry)
  const file = vscode.Uri.joinPath(folder, track.file)
  const program = learnerProgram(track, folder.fsPath)
  const detached = new AbortController()
  const signal = AbortSignal.any([context.signal, detached.signal])
  let problem: unknown
  const unfinished = new Map(checks.map(check => [checkOf(check), check]))
  const ended = (result: ExerciseResult, cancelled: boolean, begun: Begun = {}) => {
    // What was canceled before its first check leaves the packets of the run before.
    const nothing = cancelled && result.checks.length === 0
    if (!entry.libp2p && !nothing) captures.add(String(folder), entry.title, result, begun)
    tell({ type: 'ended', result, cancelled })
  }
  const finishedRunning = progress.running(entry.id)
  try {
    if (context.asked) await saveAll(folder)
    const { found, locate } = await symbolIn(file)
    tell({ type: 'began', checks: checks.map(checkOf), asked: context.asked })
    const obstacle = !found
      ? missingFile(track.file)
      : attach && program.kind !== 'typescript'
        ? t('P2P Lab can debug only TypeScript. Check {0} without debugging.', track.file)
        : undefined
    if (obstacle !== undefined) {
      const result = cannotRun(chosen, context, obstacle)
      ended(result, false)
      return result
    }
    const content = await progress.content(entry.id, folder.fsPath)
    const begun = entry.libp2p ? {} : await captures.begin()
    if (begun.problem !== undefined) log.warn(`${entry.id}: ${begun.problem}`)
    const result = await runCheck(
      {
        exercise: entry.id,
        program,
        ...(context.seed !== undefined && { seed: context.seed }),
        ...(only && { only }),
        captureIn: begun.folder,
      },
      {
        dist: context.dist,
        signal,
        onCheckStarted: id => {
          tell({ type: 'check-started', check: id })
          const check = unfinished.get(id)
          if (check) run.started(check)
        },
        onCheckFinished: result => {
          tell({ type: 'check-finished', result })
          const check = unfinished.get(result.id)
          if (!check) return
          unfinished.delete(result.id)
          const place = placed(folder, result.location) ?? locate(result.op ?? entry.ops[0])
          report(run, check, result, place)
        },
        ...(attach && {
          onInspector: program => {
            const title = unfinished.get(program.check)?.label ?? program.check
            attach(program, `${entry.id} ${entry.title}: ${title}`).catch((error: unknown) => {
              problem = error
              detached.abort()
            })
          },
        }),
        onLog: ({ check, text }) => run.appendOutput(crlf(text), undefined, unfinished.get(check)),
      },
    )
    run.appendOutput(crlf(`${t('{0}: seed {1}', `${entry.id} ${entry.title}`, result.seed)}\n`))
    for (const { id, title, message } of result.notRun ?? [])
      run.appendOutput(crlf(`${title}: ${message}\n`), undefined, unfinished.get(id))
    ended(result, signal.aborted, begun)
    log.info(`${entry.id}: ${result.verdict} in ${result.ms} ms, seed ${result.seed}`)
    if (!signal.aborted) {
      await progress.finished(result, { content, whole: only === undefined, dir: folder.fsPath })
      if (result.problem !== undefined) fail(run, item, result.problem, locate(entry.ops[0]))
    }
    for (const check of unfinished.values()) run.skipped(check)
    if (problem !== undefined) throw problem
    return result
  } finally {
    finishedRunning()
  }
}

/** The place that the failure names, when it is in the workspace. */
function placed(folder: vscode.Uri, location: CheckResult['location']): vscode.Location | undefined {
  if (!location) return undefined
  const { file, line, column = 1 } = location
  const uri = vscode.Uri.joinPath(folder, file)
  if (!isFileIn(folder, uri)) return undefined
  return new vscode.Location(uri, new vscode.Position(line - 1, column - 1))
}

function cannotRun({ entry, item, checks }: Chosen, { run }: RunContext, problem: string): ExerciseResult {
  fail(run, item, problem, undefined)
  for (const check of checks) run.skipped(check)
  return { exercise: entry.id, verdict: 'error', seed: 0, ms: 0, checks: [], problem }
}

function report(
  run: vscode.TestRun,
  check: vscode.TestItem,
  result: CheckResult,
  location: vscode.Location | undefined,
): void {
  run.appendOutput(resultText(result), undefined, check)
  const outcome = outcomeOf(result)
  if (outcome.kind === 'passed') return run.passed(check, result.ms)
  // The words first: beside a diff VS Code shows no message.
  const messages = [new vscode.TestMessage(outcome.message)]
  if (outcome.diff) {
    const title = t('Expected and actual bytes')
    messages.push(vscode.TestMessage.diff(title, outcome.diff.expected, outcome.diff.actual))
  }
  // Asked for in package.json: beside a message with these words there are Show Transcript and Save Packet Capture.
  const offers = [result.transcript && 'transcript', isCaptured(result) && 'capture']
    .filter(Boolean)
    .join(' ')
  if (offers !== '') for (const message of messages) message.contextValue = offers
  if (location) for (const message of messages) message.location = location
  run[outcome.kind](check, messages, result.ms)
}
