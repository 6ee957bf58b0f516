/** Saves a picture of a page as the file that the user names: PNG or SVG, by its ending. */
import * as vscode from 'vscode'
import { homedir } from 'node:os'
import type { SavePicture } from '../webview/shared/picture-messages.ts'
import { showError, type Log } from './errors.ts'
import { t } from './l10n.ts'

export async function savePicture({ name, png, svg }: SavePicture, log: Log): Promise<void> {
  try {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir())
    const uri = await vscode.window.showSaveDialog({
      title: t('Save Picture'),
      defaultUri: vscode.Uri.joinPath(folder, `${name}.png`),
      filters: { PNG: ['png'], SVG: ['svg'] },
    })
    if (!uri) return
    const isSvg = uri.path.toLowerCase().endsWith('.svg')
    await vscode.workspace.fs.writeFile(uri, isSvg ? Buffer.from(svg, 'utf8') : Buffer.from(png, 'base64'))
    const show = t('Open')
    const text = t('Saved the picture as {0}.', vscode.workspace.asRelativePath(uri))
    if ((await vscode.window.showInformationMessage(text, show)) === show)
      await vscode.commands.executeCommand('vscode.open', uri)
  } catch (error) {
    showError(log, error)
  }
}
