/** Where things go: the learner's code on one side, what is to be read on the other. */
import * as vscode from 'vscode'

const MARKDOWN_PREVIEW = 'vscode.markdown.preview.editor'

/** The column in which the file is, or would be opened. */
export function columnOf(file: vscode.Uri): vscode.ViewColumn {
  const { visibleTextEditors, activeTextEditor } = vscode.window
  const editor = visibleTextEditors.find(visible => String(visible.document.uri) === String(file))
  return editor?.viewColumn ?? activeTextEditor?.viewColumn ?? vscode.ViewColumn.One
}

/** Shows a Markdown document beside the file and leaves the focus where it is; one column serves all that is read. */
export async function showBeside(document: vscode.Uri, file: vscode.Uri): Promise<void> {
  const { One, Two } = vscode.ViewColumn
  const viewColumn = columnOf(file) === One ? Two : One
  await vscode.commands.executeCommand('vscode.openWith', document, MARKDOWN_PREVIEW, {
    viewColumn,
    preserveFocus: true,
    preview: false,
  })
}
