/** The last run of each exercise in this window, as far as it has come. */
import * as vscode from 'vscode'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'
import { begun, checked, checking, ended, type ShownRun } from './shown-run.ts'

export interface Runs extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>
  of(exercise: string): ShownRun | undefined
  begin(exercise: string, checks: readonly string[]): void
  checking(exercise: string, check: string): void
  checked(exercise: string, result: CheckResult): void
  end(exercise: string, result: ExerciseResult): void
  forget(exercise: string): void
}

export function labRuns(): Runs {
  const changed = new vscode.EventEmitter<void>()
  const runs = new Map<string, ShownRun>()
  const change = (exercise: string, update: (run: ShownRun) => ShownRun) => {
    runs.set(exercise, update(runs.get(exercise) ?? { checks: {} }))
    changed.fire()
  }
  return {
    onDidChange: changed.event,
    of: exercise => runs.get(exercise),
    begin: (exercise, checks) => change(exercise, run => begun(run, checks)),
    checking: (exercise, check) => change(exercise, run => checking(run, check)),
    checked: (exercise, result) => change(exercise, run => checked(run, result)),
    end: (exercise, result) => change(exercise, run => ended(run, result)),
    forget(exercise) {
      if (runs.delete(exercise)) changed.fire()
    },
    dispose: () => changed.dispose(),
  }
}
