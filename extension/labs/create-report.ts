/** Create Progress Report: an untitled Markdown document to hand in. It writes no file. */
import * as vscode from 'vscode'
import { readProgress } from '../../labs/progress/file.ts'
import { contentsOf, reportOf } from '../../labs/report/report.ts'
import { reportAsMarkdown } from '../../labs/report/text.ts'
import { t } from '../l10n.ts'
import { NoLabWorkspace } from './choose.ts'
import type { LabFolder } from './folder.ts'
import type { Progress } from './progress.ts'
import { languageIn } from './tracks.ts'

/** `by` is the extension with its version. Resolves to the document's text. */
export async function createReport(folder: LabFolder, progress: Progress, by: string): Promise<string> {
  const at = await folder.current()
  if (!at) throw new NoLabWorkspace()
  const facts = progress.facts()
  const { state } = await readProgress(at.fsPath)
  const language = languageIn(at)
  const exercises = reportOf(facts, await contentsOf(at.fsPath, language), language)
  const report = { folder: at.fsPath, progress: state, exercises }
  const content = reportAsMarkdown([report], { verified: false, by, now: new Date() })
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content })
  await vscode.window.showTextDocument(document)
  if (facts.results.length === 0) {
    void vscode.window.showInformationMessage(
      t('You have not checked an exercise yet, so the report is nearly empty.'),
    )
  }
  return content
}
