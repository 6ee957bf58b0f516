/** Fills an editor with the live view of the recording in its file. */
import * as vscode from 'vscode'
import path from 'node:path'
import { viewHtml } from '../../../webview/shared/html.ts'
import { parseFromRecording, type FromRecording } from '../../../webview/shared/recording-messages.ts'
import { sentence, type Log } from '../../errors.ts'
import { sameFile } from '../../same-file.ts'
import { recordingFeed } from './feed.ts'
import { fillPage, receiveFromPage } from '../../web-page.ts'

export function resolveRecording(
  uri: vscode.Uri,
  panel: vscode.WebviewPanel,
  extension: vscode.Uri,
  log: Log,
): void {
  const { webview } = panel
  const name = path.posix.basename(uri.path)
  const feed = recordingFeed(
    { name, file: uri.scheme === 'file' ? uri.fsPath : undefined },
    message => void webview.postMessage(message),
  )
  const receive = async (message: FromRecording) => {
    try {
      if (message.type === 'copy') await vscode.env.clipboard.writeText(message.text)
      else if (message.type === 'openAsText')
        await vscode.commands.executeCommand('vscode.openWith', uri, 'default')
      else await feed.receive(message)
    } catch (error) {
      log.error(`${name}: ${sentence(error)}`)
    }
  }
  const parser = async () => parseFromRecording
  const subscriptions = [
    receiveFromPage(webview, { page: `The recording ${name}`, parser, log }, receive),
    panel.onDidChangeViewState(() => panel.visible || feed.stop()),
    watchFile(uri, how => feed.changed(how)),
  ]
  panel.onDidDispose(() => {
    feed.stop()
    for (const subscription of subscriptions) subscription.dispose()
  })
  fillPage(webview, extension, 'view', options => viewHtml(options, 'recording'))
}

/** Of its folder, because a file's own name may hold what a pattern takes for a wildcard. */
function watchFile(uri: vscode.Uri, tell: (how: 'changed' | 'deleted') => void): vscode.Disposable {
  if (uri.scheme !== 'file') return new vscode.Disposable(() => undefined)
  const folder = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*')
  const watcher = vscode.workspace.createFileSystemWatcher(folder)
  const is = (how: 'changed' | 'deleted') => (other: vscode.Uri) => {
    if (sameFile(other, uri)) tell(how)
  }
  watcher.onDidChange(is('changed'))
  watcher.onDidCreate(is('changed'))
  watcher.onDidDelete(is('deleted'))
  return watcher
}
