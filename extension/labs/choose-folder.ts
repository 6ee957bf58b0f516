/** Show Lab Workspace: which of several lab workspaces of the window the Labs view and the Testing view show. */
import * as vscode from 'vscode'
import { t } from '../l10n.ts'
import { nameOf, type LabFolder } from './folder.ts'

/** A command that is given the URI of a lab workspace of the window asks nothing. */
export function folderCommand(folder: LabFolder): vscode.Disposable {
  return vscode.commands.registerCommand('p2plab.showLabWorkspace', async (target?: unknown) => {
    await folder.current()
    const given = folder.all.find(uri => target instanceof vscode.Uri && String(uri) === String(target))
    const items = folder.all.map(uri => ({ label: nameOf(uri), description: uri.fsPath, uri }))
    const options = { title: t('Show Lab Workspace'), placeHolder: t('Which lab workspace?') }
    const chosen = given ?? (await vscode.window.showQuickPick(items, options))?.uri
    if (chosen) folder.show(chosen)
  })
}
