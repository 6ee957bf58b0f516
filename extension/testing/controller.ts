/** The exercises of the lab workspace as tests, and what runs them: asked for, on every save, or under the debugger. */
import * as vscode from 'vscode'
import type { InspectedProgram } from '../../labs/check/client.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import type { LabCaptures } from '../captures/window.ts'
import { sentence, showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { LabContent } from '../labs/content.ts'
import { exerciseOf, type LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import { refusal, showRefusal } from '../trust.ts'
import type { Chosen } from './chosen.ts'
import { continuousRuns } from './continuous.ts'
import { debugChecks } from './debug.ts'
import { createHistory, type History } from './history.ts'
import { checkItemId } from './item-id.ts'
import { choose, itemOf, itemsOf, populate } from './items.ts'
import { rangeIn } from './locate.ts'
import { checkOnSave } from './on-save.ts'
import { fail } from './fail.ts'
import type { runExercise } from './run.ts'
import type { RunEvent } from './run-events.ts'
import type { isUntouched } from './untouched.ts'
import { createCheckQueue, type Reason } from './check-queue.ts'

export interface CheckOptions {
  /** Draws the random inputs of the checks; left out, each run has its own. */
  seed?: number | undefined
  /** Under the debugger, as the Debug button does. */
  debug?: boolean
  /** Ids of checks. Left out: all. */
  only?: readonly string[] | undefined
  signal?: AbortSignal | undefined
}

export interface LabTesting extends vscode.Disposable, Pick<History, 'last' | 'lastFailed'> {
  readonly controller: vscode.TestController
  /** Checks one exercise as the Run button does. Undefined when it was refused or cancelled. */
  check(entry: ExerciseEntry, options: CheckOptions): Promise<ExerciseResult | undefined>
  /** Cancels the run of an exercise that is under way, whoever started it. */
  cancel(exercise: string): void
  /** Every step of every run of an exercise's checks, whoever started it. */
  readonly onDidProgress: vscode.Event<RunEvent>
}

export function labTesting(parts: {
  folder: LabFolder
  progress: Progress
  content: LabContent
  dist: string
  captures: LabCaptures
  /** What runs the checks. */
  later: () => Promise<{ runExercise: typeof runExercise; isUntouched: typeof isUntouched }>
  log: Log
}): LabTesting {
  const { folder, progress, content, dist, captures, later, log } = parts
  const controller = vscode.tests.createTestController('p2plab', 'P2P Lab')
  const progressed = new vscode.EventEmitter<RunEvent>()
  const history = createHistory()
  const turns = createCheckQueue()
  const debugging = debugChecks()
  const fill = async () => {
    const at = await folder.current()
    if (at) await progress.loaded()
    await populate(controller, at, folder.name, progress.lastReset)
  }
  controller.resolveHandler = async item => {
    // Every item comes whole with its children: there is nothing to resolve but the root.
    if (!item) await fill()
  }
  controller.refreshHandler = async () => {
    await folder.refresh()
    await fill()
  }

  /** Undefined when it was cancelled, replaced, or went wrong. Never rejects. */
  const runOne = async (one: Chosen, test: vscode.TestRun, { reason, seed, signal, debug }: RunOptions) => {
    const { entry, only, item, folder: at } = one
    const endedByUser = new AbortController()
    const signals = [abortedBy(test.token), endedByUser.signal, ...(signal ? [signal] : [])]
    const cancelled = AbortSignal.any(signals)
    const attach = (program: InspectedProgram, name: string) =>
      debugging.attach(program, {
        folder: at,
        name,
        run: test,
        dist,
        onEndedByUser: () => endedByUser.abort(),
      })
    const turn = await turns.take(entry.id, reason, cancelled)
    if (!turn) return undefined
    const either = AbortSignal.any([cancelled, turn.signal])
    try {
      const [{ runExercise }, kept] = await Promise.all([later(), captures.store()])
      const result = await runExercise(one, {
        run: test,
        dist,
        progress,
        log,
        seed,
        signal: either,
        asked: reason === 'asked',
        tell: step => progressed.fire({ entry, ...step }),
        attach: debug ? attach : undefined,
        captures: kept,
      })
      if (!either.aborted) history.add(result, only)
      return either.aborted ? undefined : result
    } catch (error) {
      fail(test, item, error)
      log.error(`${entry.id}: ${sentence(error)}`)
      return undefined
    } finally {
      turn.end()
    }
  }

  const run = async (request: vscode.TestRunRequest, options: RunOptions): Promise<ExerciseResult[]> => {
    const at = await folder.current()
    const chosen = at ? choose(controller, request, at) : []
    const test = controller.createTestRun(request)
    const results: ExerciseResult[] = []
    try {
      if (!vscode.workspace.isTrusted) {
        for (const { item } of chosen) fail(test, item, refusal())
        showRefusal()
        return results
      }
      for (const { checks } of chosen) for (const check of checks) test.enqueued(check)
      for (const one of chosen) {
        const result = await runOne(one, test, options)
        if (result) results.push(result)
        // Who ends one debug session wants no more of them.
        if (!result && options.debug) break
      }
      return results
    } finally {
      test.end()
    }
  }
  const runOrTell = async (request: vscode.TestRunRequest, options: RunOptions) => {
    try {
      await run(request, options)
    } catch (error) {
      showError(log, error)
    }
  }

  const continuous = continuousRuns({
    choose: request => (folder.known ? choose(controller, request, folder.known) : []),
    isUntouched: async chosen => {
      try {
        return (await later()).isUntouched(chosen, await content())
      } catch (error) {
        log.warn(`${chosen.entry.id}: ${sentence(error)}`)
        return false
      }
    },
    run: (chosen, runProfile, signal) =>
      runOrTell(new vscode.TestRunRequest(itemsOf(chosen), undefined, runProfile, true, true), {
        reason: 'saved',
        signal,
      }),
  })
  const profile = controller.createRunProfile(
    t('Check'),
    vscode.TestRunProfileKind.Run,
    (request, token) => {
      if (!request.continuous) return runOrTell(request, { reason: 'asked' })
      if (!vscode.workspace.isTrusted) return showRefusal()
      continuous.start(request, token)
    },
    true,
    undefined,
    true,
  )

  const onSave = checkOnSave(token =>
    continuous.start(new vscode.TestRunRequest(undefined, undefined, profile, true), token),
  )
  const debugProfile = controller.createRunProfile(
    t('Debug'),
    vscode.TestRunProfileKind.Debug,
    request => runOrTell(request, { reason: 'asked', debug: true }),
    true,
  )

  let resets = resetTimes(progress)
  const followResets = () => {
    const now = resetTimes(progress)
    if (now !== resets) void fill()
    resets = now
  }
  const subscriptions = [
    onSave,
    continuous,
    debugging,
    controller,
    profile,
    debugProfile,
    progressed,
    folder.onDidChange(() => void fill()),
    progress.onDidChange(followResets),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const entry = exerciseOf(folder.known, document.uri)
      const item = entry && itemOf(controller, entry)
      const range = item && rangeIn(document.getText(), entry.ops[0])
      if (item && range && !item.range?.isEqual(range)) item.range = range
    }),
  ]
  return {
    controller,
    onDidProgress: progressed.event,
    cancel: turns.cancel,
    last: history.last,
    lastFailed: history.lastFailed,
    async check(entry, { only, ...options }) {
      await fill()
      const item = itemOf(controller, entry)
      if (!item)
        throw new Error(t('Exercise {0} is not open in this window. Open the lab workspace first.', entry.id))
      const checks = only?.flatMap(id => item.children.get(checkItemId(entry.id, id)) ?? [])
      const request = new vscode.TestRunRequest(
        checks ?? [item],
        undefined,
        options.debug ? debugProfile : profile,
      )
      const [result] = await run(request, { ...options, reason: 'asked' })
      return result
    },
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  }
}

const resetTimes = (progress: Progress): string =>
  EXERCISES.map(({ id }) => progress.lastReset(id) ?? '').join()

interface RunOptions extends Omit<CheckOptions, 'only'> {
  reason: Reason
}

/** Of a token that is cancelled once at most. */
function abortedBy(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController()
  if (token.isCancellationRequested) controller.abort()
  token.onCancellationRequested(() => controller.abort())
  return controller.signal
}
