/** `.p2ptrace` files open in the live view. Each editor reads its own file; nothing in it acts on a network. */
import * as vscode from 'vscode'
import { showError, type Log } from '../../errors.ts'
import { t } from '../../l10n.ts'
import type { resolveRecording } from './resolve.ts'

const RECORDING_EDITOR = 'p2plab.recording'

export function recordingEditor(
  extension: vscode.Uri,
  /** What fills an editor. */
  later: () => Promise<{ resolveRecording: typeof resolveRecording }>,
  log: Log,
): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => undefined }),
    async resolveCustomEditor({ uri }, panel) {
      try {
        ;(await later()).resolveRecording(uri, panel, extension, log)
      } catch (error) {
        showError(log, error)
      }
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
