/** The Labs tree: labs, their exercises, and how each stands. Empty outside a lab workspace, where the welcome text is. */
import * as vscode from 'vscode'
import { exercise } from '../../labs/catalogue.ts'
import { exerciseOf, type LabFolder } from './folder.ts'
import type { Progress } from './progress.ts'
import { exerciseIds, exerciseRow, labIdOf, labIds, labRow, type LabRow } from './rows.ts'

export function labsTree(folder: LabFolder, progress: Progress): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>()
  const item = (id: string): vscode.TreeItem => {
    const entry = exercise(id)
    const row = entry ? exerciseRow(entry, progress.state(id)) : labRow(id, progress.state)
    const { None, Expanded } = vscode.TreeItemCollapsibleState
    const drawn = new vscode.TreeItem(row?.label ?? id, entry ? None : Expanded)
    drawn.id = id
    if (row) decorate(drawn, row)
    if (entry) drawn.command = { command: 'p2plab.openExercise', title: '', arguments: [id] }
    return drawn
  }
  const view = vscode.window.createTreeView<string>('p2plab.labs', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async id => {
        if (id !== undefined) return exerciseIds(id)
        return (await folder.current()) ? labIds() : []
      },
      getParent: id => {
        const entry = exercise(id)
        return entry && labIdOf(entry)
      },
      getTreeItem: item,
    },
  })
  const redraw = () => changed.fire()
  // What is edited is what is selected. A view that nobody sees is not opened for that.
  const follow = (editor: vscode.TextEditor | undefined) => {
    const entry = exerciseOf(folder.known, editor?.document.uri)
    if (entry && view.visible && view.selection[0] !== entry.id)
      view.reveal(entry.id, { select: true }).then(undefined, () => {})
  }
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(follow),
    view,
    changed,
    progress.onDidChange(redraw),
    folder.onDidChange(redraw),
  )
}

function decorate(drawn: vscode.TreeItem, row: LabRow): void {
  drawn.description = row.description
  drawn.contextValue = row.kind
  drawn.accessibilityInformation = { label: row.spoken }
  drawn.tooltip = row.spoken
  const color = row.color === undefined ? undefined : new vscode.ThemeColor(row.color)
  drawn.iconPath = new vscode.ThemeIcon(row.icon, color)
}
