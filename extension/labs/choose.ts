/** Which exercise a command is about. */
import * as vscode from 'vscode'
import { exercise, EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { exerciseOf, type LabFolder } from './folder.ts'
import type { Progress } from './progress.ts'
import { exerciseRow } from './rows.ts'
import { trackIn } from './tracks.ts'

/** The one that was clicked or named, else the one in the active editor, else the user is asked. */
export async function chooseExercise(
  target: unknown,
  title: string,
  folder: LabFolder,
  progress: Progress,
): Promise<{ entry: ExerciseEntry; folder: vscode.Uri }> {
  await folder.current()
  // What is clicked may be in another lab workspace than the one that is shown.
  folder.follow(target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri)
  const at = await folder.current()
  if (at) await progress.loaded()
  if (!at) throw new NoLabWorkspace()
  const named = typeof target === 'string' ? exercise(target) : undefined
  if (typeof target === 'string' && !named) throw new Error(t('There is no exercise {0}.', target))
  const entry = named ?? current(at, target) ?? (await pick(title, at, progress))
  if (!entry) throw new Cancelled()
  return { entry, folder: at }
}

/** A button in an editor's title names its file, which need not be the active one. */
function current(folder: vscode.Uri, target: unknown): ExerciseEntry | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window
  const active = exerciseOf(folder, target instanceof vscode.Uri ? target : activeTextEditor?.document.uri)
  if (active || activeTextEditor) return active
  // The focus is in a preview, as of the exercise's text: the one exercise that is on the screen is meant.
  const visible = visibleTextEditors.map(editor => exerciseOf(folder, editor.document.uri))
  const exercises = new Set(visible.filter(entry => entry !== undefined))
  return exercises.size === 1 ? [...exercises][0] : undefined
}

/** Thrown where a command needs the lab workspace and no folder of the window is one. */
export class NoLabWorkspace extends Error {
  constructor() {
    super(t('The lab workspace is not open in this window. Open it first.'))
    this.name = 'NoLabWorkspace'
  }
}

async function pick(
  title: string,
  folder: vscode.Uri,
  progress: Progress,
): Promise<ExerciseEntry | undefined> {
  const items = EXERCISES.map(entry => {
    const { label, icon, description } = exerciseRow(entry, progress.state(entry.id), trackIn(folder, entry))
    return { label: `$(${icon}) ${label}`, description, entry }
  })
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: t('Select an exercise') })
  return picked?.entry
}
