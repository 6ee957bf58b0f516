/**
 * Continuous run: saving a file checks the exercises that stand on it again, as long as it is on. Exercises that nobody has begun
 * are left alone: they would only fail.
 */
import { readFile } from 'node:fs/promises'
import * as vscode from 'vscode'
import { importsOf } from '../../labs/workspace/imports.ts'
import { samePath } from '../../labs/workspace/same-path.ts'
import { fileIn } from '../labs/tracks.ts'
import type { Chosen } from './chosen.ts'
import { savedForCheck } from './save.ts'

export interface ContinuousRuns extends vscode.Disposable {
  /** Checks on every save until `token` is cancelled, which also cancels what is under way. */
  start(request: vscode.TestRunRequest, token: vscode.CancellationToken): void
}

interface Watch {
  request: vscode.TestRunRequest
  /** What is under way or waits for its turn, by exercise. */
  running: Map<string, AbortController>
}

export interface ContinuousParts {
  /** What a request asks for. */
  choose(request: vscode.TestRunRequest): readonly Chosen[]
  /** Whether nobody has begun with an exercise: its file is the starter, or is not there. Never rejects. */
  isUntouched(chosen: Chosen): Promise<boolean>
  /** Checks one exercise, and never rejects. */
  run(chosen: Chosen, profile: vscode.TestRunProfile | undefined, signal: AbortSignal): Promise<void>
}

export function continuousRuns({ choose, isUntouched, run }: ContinuousParts): ContinuousRuns {
  const watches = new Set<Watch>()
  /** Documents that VS Code saves by itself after a pause: what is in them may be half a word. */
  const pauses = new WeakSet<vscode.TextDocument>()

  const again = async ({ request, running }: Watch, chosen: Chosen) => {
    const { id } = chosen.entry
    // What is older than this save judges what is no more.
    running.get(id)?.abort()
    const controller = new AbortController()
    running.set(id, controller)
    await run(chosen, request.profile, controller.signal)
    if (running.get(id) === controller) running.delete(id)
  }

  const willSave = vscode.workspace.onWillSaveTextDocument(({ document, reason }) => {
    if (reason === vscode.TextDocumentSaveReason.AfterDelay) pauses.add(document)
    else pauses.delete(document)
  })
  const saved = vscode.workspace.onDidSaveTextDocument(async document => {
    if (document.uri.scheme !== 'file' || watches.size === 0) return
    if (savedForCheck(document) || pauses.has(document)) return
    const saved = document.uri.fsPath
    const read = (name: string) => readFile(name, 'utf8')
    for (const watch of watches) {
      for (const chosen of choose(watch.request)) {
        const own = fileIn(chosen.folder, chosen.entry).fsPath
        const files = await importsOf(own, read)
        if (![...files].some(file => samePath(file, saved)) || (await isUntouched(chosen))) continue
        if (watches.has(watch)) void again(watch, chosen)
      }
    }
  })
  const stop = (watch: Watch) => {
    watches.delete(watch)
    for (const controller of watch.running.values()) controller.abort()
  }
  return {
    start(request, token) {
      const watch: Watch = { request, running: new Map() }
      watches.add(watch)
      token.onCancellationRequested(() => stop(watch))
    },
    dispose() {
      willSave.dispose()
      saved.dispose()
      for (const watch of watches) stop(watch)
    },
  }
}
