/** Which hints a learner has asked for: one more each time, remembered in the workspace's state. */
import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { hints } from '../../labs/workspace/workspace.ts'
import type { LabContent } from './content.ts'

const KEY = 'p2plab.hints'

export interface Hints extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>
  /** How many of its hints were asked for. */
  shown(exercise: string): number
  /** Asks for one more, if there is one. Resolves to how many are shown now. */
  more(entry: ExerciseEntry): Promise<{ shown: number; total: number }>
  forget(exercise: string): Promise<void>
}

export function labHints(content: LabContent, memento: vscode.Memento): Hints {
  const changed = new vscode.EventEmitter<void>()
  const counts = () => memento.get<Record<string, number>>(KEY) ?? {}
  const remember = async (all: Record<string, number>) => {
    await memento.update(KEY, all)
    changed.fire()
  }
  const shown = (exercise: string) => counts()[exercise] ?? 0
  return {
    onDidChange: changed.event,
    shown,
    async more({ id }) {
      const total = hints(await content(), id).length
      const now = Math.min(shown(id) + 1, total)
      if (now !== shown(id)) await remember({ ...counts(), [id]: now })
      return { shown: now, total }
    },
    async forget(exercise) {
      const { [exercise]: _count, ...others } = counts()
      await remember(others)
    },
    dispose: () => changed.dispose(),
  }
}
