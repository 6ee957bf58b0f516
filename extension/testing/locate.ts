import * as vscode from 'vscode'
import { findFunction } from './symbol.ts'

const toRange = (source: string, name: string | undefined): vscode.Range | undefined => {
  const found = name === undefined ? undefined : findFunction(source, name)
  return found && new vscode.Range(found.line, found.start, found.line, found.end)
}

/** The range of the function in the text of an open document or a file, or undefined. */
export const rangeIn = toRange

/**
 * Reads a learner's file once; `locate` then finds its functions. A function that is not there any more is located at
 * the top of the file; `found` is false when there is no file.
 */
export async function symbolIn(
  file: vscode.Uri,
): Promise<{ found: boolean; locate: (name: string | undefined) => vscode.Location | undefined }> {
  let source: string
  try {
    source = new TextDecoder().decode(await vscode.workspace.fs.readFile(file))
  } catch {
    return { found: false, locate: () => undefined }
  }
  return {
    found: true,
    locate: name => new vscode.Location(file, toRange(source, name) ?? new vscode.Range(0, 0, 0, 0)),
  }
}
