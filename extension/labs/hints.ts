/** Show Hint: one more each time, and all that were shown before with it. */
import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { hints } from '../../labs/workspace.ts'
import { t } from '../l10n.ts'
import type { LabContent } from './content.ts'
import { hintsText } from './texts.ts'
import type { VirtualDocuments } from './virtual-documents.ts'

const KEY = 'p2plab.hints'

export interface Hints {
  /** Shows one hint more, if there is one. Resolves to how many are shown now. */
  showNext(entry: ExerciseEntry): Promise<{ shown: number; total: number }>
  /** The document's text with the hints that were shown so far. */
  text(entry: ExerciseEntry): Promise<string>
  forget(exercise: string): Promise<void>
}

export const hintsPath = (exercise: string): string => `/${exercise}/hints.md`

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
    async showNext(entry) {
      const total = hints(await content(), entry.id).length
      const shown = Math.min((counts()[entry.id] ?? 0) + 1, total)
      await memento.update(KEY, { ...counts(), [entry.id]: shown })
      const uri = documents().put(hintsPath(entry.id), await text(entry))
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri)
      offerMore(entry, shown, total)
      return { shown, total }
    },
    async forget(exercise) {
      const { [exercise]: _count, ...others } = counts()
      await memento.update(KEY, others)
    },
  }
}

function offerMore(entry: ExerciseEntry, shown: number, total: number): void {
  const more = shown < total
  const button = more ? t('Next Hint') : t('Show Solution')
  const command = more ? 'p2plab.showHint' : 'p2plab.showSolution'
  void vscode.window
    .showInformationMessage(t('{0} {1}: hint {2} of {3}.', entry.id, entry.title, shown, total), button)
    .then(chosen => chosen && vscode.commands.executeCommand(command, entry.id))
}
