/** Where things go: the learner's code on one side, what is to be read on the other. */
import * as vscode from 'vscode'

/** The column in which the file is, or would be opened. */
export function columnOf(file: vscode.Uri): vscode.ViewColumn {
  const { visibleTextEditors, activeTextEditor } = vscode.window
  const editor = visibleTextEditors.find(visible => String(visible.document.uri) === String(file))
  return editor?.viewColumn ?? activeTextEditor?.viewColumn ?? vscode.ViewColumn.One
}

/** The column for what is read beside the file: one column serves all of it. */
export function columnBeside(file: vscode.Uri): vscode.ViewColumn {
  const { One, Two } = vscode.ViewColumn
  return columnOf(file) === One ? Two : One
}
