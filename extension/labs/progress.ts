/** How far the learner is: the state of each exercise, remembered per workspace. */
import * as vscode from 'vscode'
import type { Verdict } from '../../labs/check/protocol.ts'
import type { Walkthrough } from '../walkthrough.ts'
import { next, type ExerciseState, type Remembered } from './exercise-state.ts'

const KEY = 'p2plab.progress'

export interface Progress extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>
  state(exercise: string): ExerciseState
  /** Whether it ever passed in this workspace. */
  hasPassed(exercise: string): boolean
  /** A check of it is under way until the returned function is called. */
  running(exercise: string): () => void
  /** `whole` is false when only some of its checks were run. */
  finished(exercise: string, verdict: Verdict, whole: boolean): void
  /** It was reset to its start. */
  forget(exercise: string): void
}

export function labProgress(memento: vscode.Memento, { done }: Walkthrough): Progress {
  const changed = new vscode.EventEmitter<void>()
  const running = new Map<string, number>()
  const all = () => memento.get<Record<string, Remembered>>(KEY) ?? {}
  const remember = (exercise: string, value: Remembered | undefined) => {
    const { [exercise]: _before, ...others } = all()
    void memento.update(KEY, value === undefined ? others : { ...others, [exercise]: value })
    changed.fire()
  }
  const count = (exercise: string, by: number) => {
    running.set(exercise, (running.get(exercise) ?? 0) + by)
    changed.fire()
  }
  return {
    onDidChange: changed.event,
    state: exercise => ((running.get(exercise) ?? 0) > 0 ? 'running' : (all()[exercise]?.state ?? 'not-run')),
    hasPassed: exercise => all()[exercise]?.passedOnce === true,
    running(exercise) {
      count(exercise, 1)
      return () => count(exercise, -1)
    },
    finished(exercise, verdict, whole) {
      const value = next(all()[exercise], verdict, whole)
      remember(exercise, value)
      if (exercise === '1.1' && value?.passedOnce) done('exercise')
    },
    forget: exercise => remember(exercise, undefined),
    dispose: () => changed.dispose(),
  }
}
