import type * as vscode from 'vscode'
import { isWithin, samePath } from '../labs/workspace/same-path.ts'

/** Whether both are the same file or folder, however its path is spelled. Others than files are compared as they are. */
export const sameFile = (a: vscode.Uri, b: vscode.Uri): boolean =>
  a.scheme === 'file' && b.scheme === 'file' ? samePath(a.fsPath, b.fsPath) : String(a) === String(b)

/** Whether the file is in the folder, at any depth. */
export const isFileIn = (folder: vscode.Uri, file: vscode.Uri): boolean =>
  folder.scheme === 'file' && file.scheme === 'file' && isWithin(folder.fsPath, file.fsPath)
