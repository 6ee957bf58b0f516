/** The Network tree. Its elements are the ids of rows.ts, so a row is the same row as long as its id is. */
import * as vscode from 'vscode'
import { isRecorded, liveNodes, type NetworkState } from '../../network/state.ts'
import { t } from '../l10n.ts'
import { throttle } from '../throttle.ts'
import { nodeCount } from './labels.ts'
import { isNetworkRow } from './network-rows.ts'
import type { Row } from './row.ts'
import { childIds, nodeOf, rootIds, row, signature } from './rows.ts'
import type { NetworkService } from './service.ts'

/** Events can come 500 a second; a tree is read by people. */
const REDRAW_MS = 250

/** `onSelect` is told the node whose row, or a row below it, was selected. */
export function networkTree(service: NetworkService, onSelect: (node: string) => void): vscode.Disposable {
  const changed = new vscode.EventEmitter<string[] | undefined>()
  // What is drawn: getChildren and getTreeItem are asked later than the event that made them ask.
  let state = service.state
  let signatures = new Map<string, string>()

  const view = vscode.window.createTreeView<string>('p2plab.network', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: id => (id === undefined ? rootIds(state) : childIds(state, id)),
      getParent: id => row(state, id)?.parent,
      getTreeItem: id => item(row(state, id) ?? gone(id)),
    },
  })

  const redraw = throttle(() => {
    const before = rootIds(state).join()
    state = service.state
    const ids = rootIds(state)
    const next = new Map(ids.map(id => [id, signature(state, id)]))
    const stale = ids.filter(id => next.get(id) !== signatures.get(id))
    signatures = next
    if (before !== ids.join()) changed.fire(undefined)
    else if (stale.length > 0) changed.fire(stale)
    describe(view, state)
  }, REDRAW_MS)
  const selected = view.onDidChangeSelection(
    ({ selection: [id] }) => id !== undefined && !isNetworkRow(id) && onSelect(nodeOf(id)),
  )
  return vscode.Disposable.from(view, changed, redraw, selected, service.onDidChange(redraw))
}

function describe(view: vscode.TreeView<string>, state: NetworkState): void {
  const shown = state.phase !== 'none' && state.phase !== 'stopped'
  const how = state.discovery === 'mdns' ? t('multicast DNS') : t('assigned addresses')
  const recorded = isRecorded(state) ? ` · ${t('recording')}` : ''
  const sharing = state.shared ? ` · ${t('shared')}` : state.joined ? ` · ${t('joined')}` : ''
  const description = shown
    ? `${nodeCount(liveNodes(state).length)} · ${state.topology} · ${how}${sharing}${recorded}`
    : ''
  const message = shown ? (state.notices.findLast(n => n.level !== 'info')?.text ?? '') : ''
  if (view.description !== description) view.description = description
  if ((view.message ?? '') !== message) view.message = message
}

const gone = (id: string): Row => ({ id, label: '', spoken: '', kind: 'gone', hasChildren: false })

function item(shown: Row): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState
  const drawn = new vscode.TreeItem(shown.label, shown.hasChildren ? Collapsed : None)
  drawn.id = shown.id
  drawn.contextValue = shown.kind
  drawn.accessibilityInformation = { label: shown.spoken }
  if (shown.description !== undefined) drawn.description = shown.description
  if (shown.tooltip !== undefined) drawn.tooltip = shown.tooltip
  if (shown.icon !== undefined) {
    const color = shown.color === undefined ? undefined : new vscode.ThemeColor(shown.color)
    drawn.iconPath = new vscode.ThemeIcon(shown.icon, color)
  }
  return drawn
}
