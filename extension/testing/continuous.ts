/** Continuous run: saving a file checks the exercises that stand on it again, as long as it is on. */
import { readFile } from 'node:fs/promises'
import * as vscode from 'vscode'
import { importsOf } from '../../labs/workspace/imports.ts'
import { samePath } from '../../labs/workspace/same-path.ts'
import { fileIn } from '../labs/tracks.ts'
import type { Chosen } from './run.ts'
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

/** `choose` says what a request asks for; `run` checks one exercise of it and never rejects. */
export function continuousRuns(
  choose: (request: vscode.TestRunRequest) => readonly Chosen[],
  run: (chosen: Chosen, profile: vscode.TestRunProfile | undefined, signal: AbortSignal) => Promise<void>,
): ContinuousRuns {
  const watches = new Set<Watch>()

  const again = async ({ request, running }: Watch, chosen: Chosen) => {
    const { id } = chosen.entry
    // What is older than this save judges what is no more.
    running.get(id)?.abort()
    const controller = new AbortController()
    running.set(id, controller)
    await run(chosen, request.profile, controller.signal)
    if (running.get(id) === controller) running.delete(id)
  }

  const saved = vscode.workspace.onDidSaveTextDocument(async document => {
    if (document.uri.scheme !== 'file' || watches.size === 0 || savedForCheck(document)) return
    const saved = document.uri.fsPath
    const read = (name: string) => readFile(name, 'utf8')
    for (const watch of watches) {
      for (const chosen of choose(watch.request)) {
        const own = fileIn(chosen.folder, chosen.entry).fsPath
        const files = await importsOf(own, read)
        if ([...files].some(file => samePath(file, saved)) && watches.has(watch)) void again(watch, chosen)
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
      saved.dispose()
      for (const watch of watches) stop(watch)
    },
  }
}
