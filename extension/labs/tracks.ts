/**
 * Which track of an exercise counts in a lab workspace of this window. Menus, rows and test items ask at once, so what the folders say is
 * kept here; folder.ts reads it again when it changes.
 */
import * as vscode from 'vscode'
import { EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import type { Language } from '../../labs/languages.ts'
import { languageOf } from '../../labs/workspace/language.ts'
import { trackOf, type Track } from '../../labs/workspace/track.ts'
import { sentence } from '../errors.ts'
import { sameFile } from '../same-file.ts'

interface Said {
  language: Language
  /** Why it is not known, and TypeScript is taken instead: a sentence. */
  problem?: string
}

/** By the path of the folder. */
const said = new Map<string, Said>()

export const languageIn = (folder: vscode.Uri | undefined): Language =>
  (folder && said.get(folder.fsPath)?.language) ?? 'typescript'

/** The track that counts in a lab workspace of this window; outside of any: TypeScript's. */
export const trackIn = (folder: vscode.Uri | undefined, entry: ExerciseEntry): Track =>
  trackOf(entry, languageIn(folder))

/** The learner's file of an exercise in a lab workspace. */
export const fileIn = (folder: vscode.Uri, entry: ExerciseEntry): vscode.Uri =>
  vscode.Uri.joinPath(folder, trackIn(folder, entry).file)

/** The exercise whose learner's file this is, in a lab workspace. */
export function exerciseOf(
  folder: vscode.Uri | undefined,
  file: vscode.Uri | undefined,
): ExerciseEntry | undefined {
  if (!folder || !file) return undefined
  return EXERCISES.find(entry => sameFile(fileIn(folder, entry), file))
}

/** One after another: what was read first must not be set last. */
let reading: Promise<unknown> = Promise.resolve()

/** Asks the folder. Resolves to what changed: whether it is another language now, and what to tell the user. Never rejects. */
export function readLanguage(folder: vscode.Uri): Promise<{ changed: boolean; problem?: string }> {
  const read = reading.then(() => readNow(folder))
  reading = read
  return read
}

async function readNow(folder: vscode.Uri): Promise<{ changed: boolean; problem?: string }> {
  const before = said.get(folder.fsPath)
  const now: Said = await languageOf(folder.fsPath).then(
    language => ({ language }),
    (error: unknown) => ({ language: 'typescript' as const, problem: sentence(error) }),
  )
  said.set(folder.fsPath, now)
  const isNews = now.problem !== undefined && now.problem !== before?.problem
  return {
    changed: now.language !== (before?.language ?? 'typescript'),
    ...(isNews && { problem: now.problem }),
  }
}
