/** The first look into a lab workspace that was just written: its README, and the Labs view beside it. */
import * as vscode from 'vscode'
import { samePath } from '../../labs/workspace/same-path.ts'

const KEY = 'p2plab.greet'

/** Remembered across the reload that opening a folder is. */
export const greetLater = (globalState: vscode.Memento, dir: string): Thenable<void> =>
  globalState.update(KEY, dir)

export async function greet(globalState: vscode.Memento, folder: vscode.Uri | undefined): Promise<void> {
  const dir = globalState.get<string>(KEY)
  if (dir === undefined || folder === undefined || !samePath(dir, folder.fsPath)) return
  await globalState.update(KEY, undefined)
  // First of all: once the view is there, somebody may open an exercise, which a README that comes later would cover.
  if (!vscode.window.activeTextEditor)
    await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(folder, 'README.md'))
  await vscode.commands.executeCommand('p2plab.labs.focus')
}
