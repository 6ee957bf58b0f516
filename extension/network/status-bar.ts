import * as vscode from 'vscode'
import { t } from '../l10n.ts'
import { throttle } from '../throttle.ts'
import { statusText } from './labels.ts'
import type { NetworkService } from './service.ts'

const REDRAW_MS = 250

/** One item: nodes, peers, the last broadcast. It is there as long as a network is, and opens the view. */
export function networkStatus(service: NetworkService): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('p2plab.network', vscode.StatusBarAlignment.Left, 0)
  item.name = t('P2P Lab: Network')
  item.command = 'p2plab.showNetwork'
  item.tooltip = t('Local P2P network. Click to open the network view.')
  let shown: string | undefined
  const redraw = throttle(() => {
    const { state } = service
    const text = statusText(state)
    if (text === shown) return
    shown = text
    if (text === undefined) return item.hide()
    item.text = `$(${state.phase === 'ready' ? 'type-hierarchy' : 'loading~spin'}) ${text}`
    item.accessibilityInformation = { label: t('Local P2P network: {0}', text), role: 'button' }
    item.show()
  }, REDRAW_MS)
  return vscode.Disposable.from(item, redraw, service.onDidChange(redraw))
}
