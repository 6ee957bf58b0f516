/** The exercises of the lab workspace as tests: one item each, with its checks as children. */
import * as vscode from 'vscode'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { exercise, EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { sentence, showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { exerciseOf, type LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import type { Runs } from '../labs/runs.ts'
import { refusal, showRefusal } from '../trust.ts'
import { rangeIn, symbolIn } from './locate.ts'
import { fail, runExercise, type Chosen } from './run.ts'

export interface CheckOptions {
  /** Draws the random inputs of the checks; left out, each run has its own. */
  seed?: number | undefined
  signal?: AbortSignal | undefined
  /** The id of a check: only this one. */
  only?: string | undefined
}

export interface LabTesting extends vscode.Disposable {
  readonly controller: vscode.TestController
  /** Checks one exercise as the Run button does. Undefined when it was refused or cancelled. */
  check(entry: ExerciseEntry, options: CheckOptions): Promise<ExerciseResult | undefined>
}

export function labTesting(parts: {
  folder: LabFolder
  progress: Progress
  runs: Runs
  dist: string
  log: Log
}): LabTesting {
  const { folder, progress, runs, dist, log } = parts
  const controller = vscode.tests.createTestController('p2plab', 'P2P Lab')
  const fill = async () => populate(controller, await folder.current())
  controller.resolveHandler = async item => {
    // Every item comes whole with its children: there is nothing to resolve but the root.
    if (!item) await fill()
  }
  controller.refreshHandler = async () => {
    await folder.refresh()
    await fill()
  }

  const run = async (request: vscode.TestRunRequest, { seed, signal }: CheckOptions = {}) => {
    const isCancelled = () => test.token.isCancellationRequested || signal?.aborted === true
    const results: ExerciseResult[] = []
    const at = await folder.current()
    const chosen = at ? choose(controller, request, at) : []
    const test = controller.createTestRun(request)
    try {
      if (!vscode.workspace.isTrusted) {
        for (const { item } of chosen) fail(test, item, refusal())
        showRefusal()
        return results
      }
      for (const { checks } of chosen) for (const check of checks) test.enqueued(check)
      for (const one of chosen) {
        if (isCancelled()) break
        try {
          const result = await runExercise(one, { run: test, dist, progress, runs, log, seed, signal })
          if (!isCancelled()) results.push(result)
        } catch (error) {
          fail(test, one.item, error)
          log.error(`${one.entry.id}: ${sentence(error)}`)
        }
      }
      return results
    } finally {
      test.end()
    }
  }
  const runOrTell = async (request: vscode.TestRunRequest) => {
    try {
      await run(request)
    } catch (error) {
      showError(log, error)
    }
  }
  const profile = controller.createRunProfile(t('Check'), vscode.TestRunProfileKind.Run, runOrTell, true)

  const subscriptions = [
    controller,
    profile,
    folder.onDidChange(() => void fill()),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const entry = exerciseOf(folder.known, document.uri)
      const item = entry && controller.items.get(entry.id)
      const range = item && rangeIn(document.getText(), entry.ops[0])
      if (item && range && !item.range?.isEqual(range)) item.range = range
    }),
  ]
  return {
    controller,
    async check(entry, options) {
      await fill()
      const item = controller.items.get(entry.id)
      if (!item)
        throw new Error(t('Exercise {0} is not in this window. Open the lab workspace first.', entry.id))
      const chosen = options.only === undefined ? item : item.children.get(`${entry.id}/${options.only}`)
      if (!chosen) throw new Error(t('Exercise {0} has no check {1}.', entry.id, options.only ?? ''))
      const [result] = await run(new vscode.TestRunRequest([chosen], undefined, profile), options)
      return result
    },
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  }
}

async function populate(controller: vscode.TestController, folder: vscode.Uri | undefined): Promise<void> {
  if (!folder) return controller.items.replace([])
  const items = EXERCISES.map(entry => {
    const uri = vscode.Uri.joinPath(folder, entry.file)
    const known = controller.items.get(entry.id)
    // An item that is kept keeps its results.
    return known && String(known.uri) === String(uri) ? known : itemFor(controller, entry, uri)
  })
  controller.items.replace(items)
  await Promise.all(items.map(locateItem))
}

function itemFor(controller: vscode.TestController, entry: ExerciseEntry, uri: vscode.Uri): vscode.TestItem {
  const item = controller.createTestItem(entry.id, `${entry.id} ${entry.title}`, uri)
  item.sortText = entry.id
  item.children.replace(
    entry.checks.map((check, index) => {
      const child = controller.createTestItem(`${entry.id}/${check.id}`, check.title, uri)
      child.sortText = String(index).padStart(3, '0')
      return child
    }),
  )
  return item
}

/** The item's place is the exercise's first function; while there is none it has no place. */
async function locateItem(item: vscode.TestItem): Promise<void> {
  const op = exercise(item.id)?.ops[0]
  const { locate } = await symbolIn(item.uri!)
  item.range = locate(op)?.range
}

/** What a request asks for, by exercise: whole exercises, or some of their checks. */
function choose(
  controller: vscode.TestController,
  request: vscode.TestRunRequest,
  folder: vscode.Uri,
): Chosen[] {
  const roots = [...controller.items].map(([, item]) => item)
  const included = new Set(request.include ?? roots)
  const excluded = new Set(request.exclude ?? [])
  return roots.flatMap(item => {
    const entry = exercise(item.id)
    if (!entry || excluded.has(item)) return []
    const all = [...item.children].map(([, check]) => check)
    const checks = all.filter(check => (included.has(item) || included.has(check)) && !excluded.has(check))
    if (checks.length === 0) return []
    const only =
      checks.length === all.length ? undefined : checks.map(check => check.id.slice(entry.id.length + 1))
    return [{ entry, folder, item, checks, only }]
  })
}
