/** Show Hint: one more each time, and all that were shown before with it. */
import type * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { hints } from '../../labs/workspace.ts'
import type { LabContent } from './content.ts'
import { showBeside } from './layout.ts'
import { hintsText } from './texts.ts'
import type { VirtualDocuments } from './virtual-documents.ts'

const KEY = 'p2plab.hints'

export interface Hints {
  /** Shows one hint more, if there is one, beside the learner's file. Resolves to how many are shown now. */
  showNext(entry: ExerciseEntry, file: vscode.Uri): Promise<{ shown: number; total: number }>
  /** The document's text with the hints that were shown so far. */
  text(entry: ExerciseEntry): Promise<string>
  forget(exercise: string): Promise<void>
}

export const hintsPath = (exercise: string): string => `/${exercise}/hints ${exercise}.md`

export function labHints(
  content: LabContent,
  memento: vscode.Memento,
  documents: () => VirtualDocuments,
): Hints {
  const counts = () => memento.get<Record<string, number>>(KEY) ?? {}
  const text = async (entry: ExerciseEntry) =>
    hintsText(`${entry.id} ${entry.title}`, hints(await content(), entry.id), counts()[entry.id] ?? 0)
  return {
    text,
    async showNext(entry, file) {
      const total = hints(await content(), entry.id).length
      const shown = Math.min((counts()[entry.id] ?? 0) + 1, total)
      await memento.update(KEY, { ...counts(), [entry.id]: shown })
      const uri = documents().put(hintsPath(entry.id), await text(entry))
      await showBeside(uri, file)
      return { shown, total }
    },
    async forget(exercise) {
      const { [exercise]: _count, ...others } = counts()
      await memento.update(KEY, others)
    },
  }
}
