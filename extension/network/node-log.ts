/** The last lines of a node, as a read-only document: `p2plab-log:/n3.log`. */
import * as vscode from 'vscode'
import type { NetworkService } from './service.ts'
import { t } from '../l10n.ts'

const SCHEME = 'p2plab-log'

export interface NodeLogs extends vscode.Disposable {
  show(node: string): Promise<void>
}

export function nodeLogs(service: NetworkService): NodeLogs {
  const texts = new Map<string, string>()
  const changed = new vscode.EventEmitter<vscode.Uri>()
  const registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri =>
      texts.get(uri.path) ?? t('This log is no longer available because its network has ended.'),
  })
  return {
    async show(node) {
      const { lines } = await service.request({ op: 'log', node })
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${node}.log` })
      texts.set(
        uri.path,
        lines.length > 0 ? `${lines.join('\n')}\n` : t('{0} has not written anything.', node),
      )
      changed.fire(uri)
      await vscode.window.showTextDocument(uri, { preview: true })
    },
    dispose() {
      registration.dispose()
      changed.dispose()
    },
  }
}
