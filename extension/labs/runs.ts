/** The last run of each exercise in this window, as far as it has come. */
import * as vscode from 'vscode'
import type { RunEvent } from '../testing/run-events.ts'
import { shownAfter, type ShownRun } from './shown-run.ts'

export interface Runs extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>
  of(exercise: string): ShownRun | undefined
  forget(exercise: string): void
  /** Forgets all: another lab workspace is shown. */
  clear(): void
}

export function labRuns(onDidProgress: vscode.Event<RunEvent>): Runs {
  const changed = new vscode.EventEmitter<void>()
  const runs = new Map<string, ShownRun>()
  const progress = onDidProgress(({ entry, ...step }) => {
    runs.set(entry.id, shownAfter(runs.get(entry.id), step))
    changed.fire()
  })
  return {
    onDidChange: changed.event,
    of: exercise => runs.get(exercise),
    forget(exercise) {
      if (runs.delete(exercise)) changed.fire()
    },
    clear() {
      runs.clear()
      changed.fire()
    },
    dispose: () => vscode.Disposable.from(progress, changed).dispose(),
  }
}
