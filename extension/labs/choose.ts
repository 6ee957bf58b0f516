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
  const at = await labOf(target, folder, progress)
  const entry = exerciseNamed(target) ?? current(at, target)
  if (entry) return { entry, folder: at }
  return { entry: await pick({ title, placeHolder: t('Select an exercise') }, at, progress), folder: at }
}

/** The one that was clicked or named, else the user is asked, also in an editor of an exercise: that one is only suggested. */
export async function askForExercise(
  target: unknown,
  question: Question,
  folder: LabFolder,
  progress: Progress,
): Promise<{ entry: ExerciseEntry; folder: vscode.Uri }> {
  const at = await labOf(target, folder, progress)
  const entry =
    exerciseNamed(target) ?? (await pick({ suggested: current(at, undefined), ...question }, at, progress))
  return { entry, folder: at }
}

/** The lab workspace that a command is about: what is clicked may be in another one than the one that is shown. */
async function labOf(target: unknown, folder: LabFolder, progress: Progress): Promise<vscode.Uri> {
  await folder.current()
  folder.follow(target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri)
  const at = await folder.current()
  if (!at) throw new NoLabWorkspace()
  await progress.loaded()
  return at
}

function exerciseNamed(target: unknown): ExerciseEntry | undefined {
  if (typeof target !== 'string') return undefined
  const named = exercise(target)
  if (!named) throw new Error(t('There is no exercise {0}.', target))
  return named
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

interface Question {
  title: string
  placeHolder: string
  /** What can be chosen; default: all. */
  exercises?: readonly ExerciseEntry[]
  /** The one that Enter takes. */
  suggested?: ExerciseEntry | undefined
}

/** @throws Cancelled */
function pick(question: Question, folder: vscode.Uri, progress: Progress): Promise<ExerciseEntry> {
  const { title, placeHolder, exercises = EXERCISES, suggested } = question
  const list = vscode.window.createQuickPick<vscode.QuickPickItem & { entry: ExerciseEntry }>()
  list.title = title
  list.placeholder = placeHolder
  list.items = exercises.map(entry => {
    const { label, icon, description } = exerciseRow(entry, progress.state(entry.id), trackIn(folder, entry))
    return { label: `$(${icon}) ${label}`, description, entry }
  })
  list.activeItems = list.items.filter(({ entry }) => entry === suggested)
  return new Promise<ExerciseEntry>((resolve, reject) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems
      if (item) resolve(item.entry)
      list.hide()
    })
    list.onDidHide(() => {
      reject(new Cancelled())
      list.dispose()
    })
    list.show()
  })
}
