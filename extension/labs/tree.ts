/**
 * The Labs tree: labs, their exercises, and how each stands. Empty outside a lab workspace, where the welcome text is.
 *
 * Only rows that look different are drawn again: VS Code loses the children of a row that is drawn anew while it still
 * asks for them, as it does when a window opens.
 */
import * as vscode from 'vscode'
import { exercise, EXERCISES } from '../../labs/catalogue.ts'
import { exerciseOf, type LabFolder } from './folder.ts'
import type { Offers } from './offers.ts'
import type { Progress } from './progress.ts'
import { trackIn } from './tracks.ts'
import { exerciseIds, exerciseRow, labIdOf, labIds, labRow, openLabId, type LabRow } from './rows.ts'

/**
 * A command for each row. VS Code forgets the arguments of a row's command when the row is drawn anew, and a click on what is still shown then fails
 * ("Actual command not found"): on a busy machine for seconds.
 */
const openRow = (id: string): string => `p2plab.labs.open.${id}`

export function labsTree(folder: LabFolder, progress: Progress, offers: Offers): vscode.Disposable {
  const changed = new vscode.EventEmitter<string[] | undefined>()
  const rowOf = (id: string): LabRow | undefined => {
    const entry = exercise(id)
    return entry
      ? exerciseRow(entry, progress.state(id), trackIn(folder.known, entry), offers.of(entry))
      : labRow(id, progress.state)
  }
  /** What was drawn last, by row. */
  const drawnAs = new Map<string, string>()
  /** The folder whose labs were drawn last; undefined until somebody asked. */
  let answeredFor: string | undefined
  const item = (id: string): vscode.TreeItem => {
    const entry = exercise(id)
    const row = rowOf(id)
    drawnAs.set(id, JSON.stringify(row))
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState
    // How a row was left by the learner, VS Code remembers by its id.
    const lab = id === openLabId(progress.state) ? Expanded : Collapsed
    const drawn = new vscode.TreeItem(row?.label ?? id, entry ? None : lab)
    drawn.id = id
    if (row) decorate(drawn, row)
    if (entry) drawn.command = { command: openRow(id), title: '' }
    return drawn
  }
  const view: vscode.TreeView<string> = vscode.window.createTreeView<string>('p2plab.labs', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async id => {
        if (id !== undefined) return exerciseIds(id)
        const at = await folder.current()
        if (at) await progress.loaded()
        answeredFor = String(at)
        nameFolder()
        return at ? labIds() : []
      },
      getParent: id => {
        const entry = exercise(id)
        return entry && labIdOf(entry)
      },
      getTreeItem: item,
    },
  })
  const redraw = () => {
    const stale = [...drawnAs].filter(([id, row]) => row !== JSON.stringify(rowOf(id))).map(([id]) => id)
    if (stale.length > 0) changed.fire(stale)
  }
  const nameFolder = () => {
    // An accessor of VS Code's, which cannot be deleted.
    if (view.description !== folder.name) Object.assign(view, { description: folder.name })
  }
  const anew = () => {
    nameFolder()
    // Whoever asked already gets the answer for this very folder.
    if (answeredFor === undefined || answeredFor === String(folder.known)) return
    drawnAs.clear()
    changed.fire(undefined)
  }
  // What is edited is what is selected. A view that nobody sees is not opened for that.
  const follow = (editor: vscode.TextEditor | undefined) => {
    const entry = exerciseOf(folder.known, editor?.document.uri)
    if (entry && view.visible && view.selection[0] !== entry.id)
      view.reveal(entry.id, { select: true }).then(undefined, () => {})
  }
  return vscode.Disposable.from(
    ...EXERCISES.map(({ id }) =>
      vscode.commands.registerCommand(openRow(id), () =>
        vscode.commands.executeCommand('p2plab.openExercise', id),
      ),
    ),
    vscode.window.onDidChangeActiveTextEditor(follow),
    view,
    changed,
    offers.onDidChange(redraw),
    folder.onDidChange(anew),
    // There may be one more, or one less, of them.
    vscode.workspace.onDidChangeWorkspaceFolders(() => void folder.current().then(nameFolder)),
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
