/** Where things go: the learner's code on one side, what is to be read on the other. */
import * as vscode from 'vscode'
import { sameFile } from '../same-file.ts'

/** The column in which the file is, or would be opened; `guide` is the guide's, which is no place for code. */
export function columnOf(file: vscode.Uri, guide?: vscode.ViewColumn): vscode.ViewColumn {
  const { One, Two } = vscode.ViewColumn
  const { visibleTextEditors, activeTextEditor, tabGroups } = vscode.window
  const editor = visibleTextEditors.find(visible => sameFile(visible.document.uri, file))
  if (editor?.viewColumn !== undefined) return editor.viewColumn
  const wanted = activeTextEditor?.viewColumn ?? tabGroups.activeTabGroup.viewColumn
  return wanted !== guide ? wanted : guide === One ? Two : One
}

/** The column for what is read beside the file: one column serves all of it. */
export function columnBeside(file: vscode.Uri): vscode.ViewColumn {
  const { One, Two } = vscode.ViewColumn
  return columnOf(file) === One ? Two : One
}
