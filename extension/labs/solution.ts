/** Show Solution: the reference beside the learner's file, as a diff: green is what the solution has more. */
import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { solution } from '../../labs/workspace.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { LabContent } from './content.ts'
import { columnOf } from './layout.ts'
import type { Progress } from './progress.ts'
import type { VirtualDocuments } from './virtual-documents.ts'

export const solutionPath = (exercise: string): string => `/${exercise}/solution.ts`

/** @throws Cancelled when the exercise has not passed and the learner would rather go on trying. */
export async function showSolution(
  { entry, folder }: { entry: ExerciseEntry; folder: vscode.Uri },
  parts: { content: LabContent; progress: Progress; documents: VirtualDocuments },
  confirmed: boolean,
): Promise<void> {
  const name = `${entry.id} ${entry.title}`
  if (!confirmed && !parts.progress.hasPassed(entry.id)) await confirm(name)
  const theirs = vscode.Uri.joinPath(folder, entry.file)
  const ours = parts.documents.put(solutionPath(entry.id), solution(await parts.content(), entry.id))
  const title = t('{0}: Your File ↔ Solution', name)
  await vscode.commands.executeCommand('vscode.diff', theirs, ours, title, { viewColumn: columnOf(theirs) })
}

async function confirm(name: string): Promise<void> {
  const show = t('Show Solution')
  const detail = t('You learn more from the hints: there are three, and each gives more away.')
  const options = { modal: true, detail }
  const question = t('{0} has not passed yet. Show its solution?', name)
  if ((await vscode.window.showWarningMessage(question, options, show)) !== show) throw new Cancelled()
}
