import * as vscode from 'vscode'
import { t } from '../l10n.ts'
import { isFileIn } from '../same-file.ts'

const saving = new Set<vscode.TextDocument>()

/** Whether it is a check that saves it, right now. */
export const savedForCheck = (document: vscode.TextDocument): boolean => saving.has(document)

/** What is on the screen is what is checked: also the other files of the workspace, which an exercise may import. */
export async function saveAll(folder: vscode.Uri): Promise<void> {
  const open = vscode.workspace.textDocuments.filter(
    document => document.isDirty && isFileIn(folder, document.uri),
  )
  for (const document of open) {
    saving.add(document)
    try {
      if (!(await document.save())) {
        throw new Error(
          t('Could not save {0}, so it was not checked.', vscode.workspace.asRelativePath(document.uri)),
        )
      }
    } finally {
      saving.delete(document)
    }
  }
}
