/** Show Solution: the reference beside the learner's file, as a diff: green is what the solution has more. */
import * as vscode from 'vscode'
import { exercise, type ExerciseEntry } from '../../labs/catalogue.ts'
import { LANGUAGES, type Language } from '../../labs/languages.ts'
import { solutionIs } from '../../labs/progress/helps.ts'
import { hints, solution } from '../../labs/workspace/workspace.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { LabContent } from './content.ts'
import type { Hints } from './hints.ts'
import { columnOf } from './layout.ts'
import type { Progress } from './progress.ts'
import { fileIn, trackIn } from './tracks.ts'
import type { VirtualDocuments } from './virtual-documents.ts'

const solutionPath = (exercise: string, language: Language): string =>
  `/${exercise}/solution${LANGUAGES[language].ending}`

/** The text of a solution's document that was open when the window was last closed, by its path; undefined when it is of no solution. */
export async function solutionDocument(path: string, content: LabContent): Promise<string | undefined> {
  const entry = exercise(path.split('/')[1] ?? '')
  const language = entry?.tracks.find(language => path === solutionPath(entry.id, language))
  return entry && language && solution(await content(), entry.id, language)
}

/** Resolves to whether it was shown; it is not when it is not open yet. @throws Cancelled when the learner would rather go on trying. */
export async function showSolution(
  { entry, folder }: { entry: ExerciseEntry; folder: vscode.Uri },
  parts: { content: LabContent; progress: Progress; hints: Hints; documents: VirtualDocuments },
  confirmed: boolean,
): Promise<boolean> {
  const name = `${entry.id} ${entry.title}`
  const pack = await parts.content()
  const { length } = hints(pack, entry.id)
  const shown = parts.hints.shown(entry.id, length)
  const rule = confirmed ? 'open' : solutionIs(parts.progress.hasPassed(entry.id), shown, length)
  if (rule === 'closed') {
    refuse(entry, shown, length)
    return false
  }
  if (rule === 'ask') await confirm(name)
  const theirs = fileIn(folder, entry)
  const { language } = trackIn(folder, entry)
  const ours = parts.documents.put(solutionPath(entry.id, language), solution(pack, entry.id, language))
  const title = t('{0}: Your File ↔ Solution', name)
  // As a preview it would take the place of the file itself, where that is one.
  const options = { viewColumn: columnOf(theirs), preview: false }
  await vscode.commands.executeCommand('vscode.diff', theirs, ours, title, options)
  return true
}

function refuse({ id, title }: ExerciseEntry, shown: number, all: number): void {
  const text = t(
    'You can open the solution of {0} once it passes, or after all {1} hints. Hints seen so far: {2}.',
    `${id} ${title}`,
    all,
    shown,
  )
  const hint = t('Show Hint')
  void vscode.window.showInformationMessage(text, hint).then(chosen => {
    if (chosen === hint) return vscode.commands.executeCommand('p2plab.showHint', id)
  })
}

async function confirm(name: string): Promise<void> {
  const show = t('Show Solution')
  const detail = t('You have seen all hints, so go ahead and read it. Then close it and write your own.')
  const options = { modal: true, detail }
  const question = t('{0} has not passed yet. Show the solution?', name)
  if ((await vscode.window.showWarningMessage(question, options, show)) !== show) throw new Cancelled()
}
