import type * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'

/** One exercise of a run: all of its checks, or only some. */
export interface Chosen {
  entry: ExerciseEntry
  folder: vscode.Uri
  item: vscode.TestItem
  checks: readonly vscode.TestItem[]
  only: readonly string[] | undefined
}
