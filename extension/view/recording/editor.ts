/** `.p2ptrace` files open in the live view. Each editor reads its own file; nothing in it acts on a network. */
import * as vscode from 'vscode'
import path from 'node:path'
import { viewHtml } from '../../../webview/shared/html.ts'
import { parseFromRecording, type FromRecording } from '../../../webview/shared/recording-messages.ts'
import { sentence, showError, type Log } from '../../errors.ts'
import { t } from '../../l10n.ts'
import { sameFile } from '../../same-file.ts'
import { recordingFeed } from './feed.ts'
import { fillPage, receiveFromPage } from '../../web-page.ts'

const RECORDING_EDITOR = 'p2plab.recording'

export function recordingEditor(extension: vscode.Uri, log: Log): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => undefined }),
    resolveCustomEditor({ uri }, panel) {
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
      const subscriptions = [
        receiveFromPage(webview, { page: `The recording ${name}`, parse: parseFromRecording, log }, receive),
        panel.onDidChangeViewState(() => panel.visible || feed.stop()),
        watchFile(uri, how => feed.changed(how)),
      ]
      panel.onDidDispose(() => {
        feed.stop()
        for (const subscription of subscriptions) subscription.dispose()
      })
      fillPage(webview, extension, 'view', options => viewHtml(options, 'recording'))
    },
  }
  return vscode.Disposable.from(
    vscode.window.registerCustomEditorProvider(RECORDING_EDITOR, provider, {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.commands.registerCommand('p2plab.openRecording', async (target: unknown) => {
      try {
        const chosen = target instanceof vscode.Uri ? [target] : await ask()
        for (const uri of chosen ?? [])
          await vscode.commands.executeCommand('vscode.openWith', uri, RECORDING_EDITOR)
      } catch (error) {
        showError(log, error)
      }
    }),
  )
}

const ask = () =>
  vscode.window.showOpenDialog({
    title: t('Open Recording'),
    openLabel: t('Open'),
    canSelectMany: true,
    filters: { [t('Network recordings')]: ['p2ptrace'], [t('All files')]: ['*'] },
  })

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
