/** Reset Exercise: no work is lost by it, and Restore Copy undoes it. */
import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { resetExercise, type Reset } from '../../labs/workspace/workspace.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { sameFile } from '../same-file.ts'
import type { LabContent } from './content.ts'
import { fileIn, trackIn } from './tracks.ts'

export interface Where {
  entry: ExerciseEntry
  folder: vscode.Uri
}

/** Tells what was done. @throws Cancelled */
export async function reset(
  { entry, folder }: Where,
  content: LabContent,
  confirmed: boolean,
): Promise<Reset> {
  const name = `${entry.id} ${entry.title}`
  if (!confirmed) {
    const detail = t(
      'This restores the original content of {0}. Your version is kept in .p2plab/kept.',
      trackIn(folder, entry).file,
    )
    await confirm(t('Reset {0}?', name), detail, t('Reset'))
  }
  const pack = await content()
  const file = fileIn(folder, entry)
  await saveFile(file)
  const result = await resetExercise(pack, folder.fsPath, entry.id)
  if (result.untouched) {
    const name = vscode.workspace.asRelativePath(file, false)
    const text = t('{0} is still the starter file, so there was nothing to reset.', name)
    void vscode.window.showInformationMessage(text)
  } else tellReset(entry, folder, result.kept)
  return result
}

function tellReset(entry: ExerciseEntry, folder: vscode.Uri, kept: string | undefined): void {
  const name = `${entry.id} ${entry.title}`
  if (kept === undefined) {
    return void vscode.window.showInformationMessage(t('Reset {0}. There was no file to keep.', name))
  }
  const [undo, compare] = [t('Undo'), t('Compare')]
  const text = t('Reset {0}. Your version is kept in {1}.', name, kept)
  void vscode.window.showInformationMessage(text, undo, compare).then(chosen => {
    if (chosen === undo) return vscode.commands.executeCommand('p2plab.restoreExercise', entry.id, true)
    if (chosen !== compare) return
    const mine = vscode.Uri.joinPath(folder, kept)
    const now = fileIn(folder, entry)
    return vscode.commands.executeCommand('vscode.diff', mine, now, t('{0}: Your Copy ↔ Current', name))
  })
}

async function confirm(question: string, detail: string, yes: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)
  if (chosen !== yes) throw new Cancelled()
}

/** What is not saved yet belongs into the copy too. */
export async function saveFile(file: vscode.Uri): Promise<void> {
  const open = vscode.workspace.textDocuments.find(d => sameFile(d.uri, file) && d.isDirty)
  if (open && !(await open.save())) {
    throw new Error(t('Could not save {0}, so nothing was changed.', vscode.workspace.asRelativePath(file)))
  }
}
