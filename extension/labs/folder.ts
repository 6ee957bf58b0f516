/**
 * Which folders of this window are lab workspaces: those with a file that only a lab workspace has. Where there are several, the labs are
 * those of one of them at a time: of the one whose exercise is edited, or that the user chose.
 */
import * as vscode from 'vscode'
import { WORKSPACE_FILE } from '../../labs/workspace/language.ts'
import { setContext } from '../context-keys.ts'
import type { Walkthrough } from '../walkthrough.ts'
import { exerciseOf, readLanguage } from './tracks.ts'

export { exerciseOf }

/** A file that is in every lab workspace and nowhere else; package.json's activationEvents names it too. */
const MARKER = '.p2plab/types/p2plab/index.d.ts'

export interface LabFolder extends vscode.Disposable {
  /** The one that is shown. Undefined while no folder of the window is a lab workspace. Never rejects. */
  current(): Promise<vscode.Uri | undefined>
  /** The same as last found, without looking. */
  readonly known: vscode.Uri | undefined
  /** All of them, as last found, in the order of the window. */
  readonly all: readonly vscode.Uri[]
  /** What the one that is shown is called, where there are several. */
  readonly name: string | undefined
  /** Another one is shown, or the one that is shown has another language now. */
  readonly onDidChange: vscode.Event<vscode.Uri | undefined>
  /** Looks again: a workspace was written into a folder that is open. */
  refresh(): Promise<vscode.Uri | undefined>
  /** Shows the lab workspace whose exercise this file is, if it is one's. */
  follow(file: vscode.Uri | undefined): void
  /** Shows this one of `all`. */
  show(folder: vscode.Uri): void
}

/** `tell` shows a sentence: a folder does not say which language it has. */
export function labFolder({ done }: Walkthrough, tell: (problem: string) => void): LabFolder {
  const changed = new vscode.EventEmitter<vscode.Uri | undefined>()
  let known: vscode.Uri | undefined
  let all: readonly vscode.Uri[] = []
  let looking: Promise<vscode.Uri | undefined> | undefined
  let watchers: vscode.Disposable | undefined

  const set = (found: vscode.Uri | undefined, isOther = false) => {
    const isNew = String(found) !== String(known)
    known = found
    if (isNew || isOther) changed.fire(found)
  }
  /** Resolves to the folders that have another language now. */
  const readLanguages = async (folders: readonly vscode.Uri[]): Promise<readonly vscode.Uri[]> => {
    const read = await Promise.all(folders.map(async folder => ({ folder, ...(await readLanguage(folder)) })))
    for (const { problem } of read) if (problem !== undefined) tell(problem)
    return read.flatMap(({ folder, changed }) => (changed ? [folder] : []))
  }
  const refresh = async () => {
    const folders = await look()
    const others = await readLanguages(folders)
    all = folders
    watch()
    const active = labOf(all, vscode.window.activeTextEditor?.document.uri)
    const before = all.find(uri => String(uri) === String(known))
    const found = active ?? before ?? all[0]
    setContext('p2plab.labWorkspace', found !== undefined)
    setContext('p2plab.severalLabWorkspaces', all.length > 1)
    set(
      found,
      others.some(folder => String(folder) === String(found)),
    )
    if (found) done('workspace')
    return found
  }
  const show = (folder: vscode.Uri) => {
    if (String(folder) === String(known)) return
    looking = Promise.resolve(folder)
    set(folder)
  }
  const follow = (file: vscode.Uri | undefined) => {
    const folder = labOf(all, file)
    if (folder) show(folder)
  }
  const languageChanged = async (folder: vscode.Uri) => {
    const others = await readLanguages([folder])
    if (others.length > 0 && String(folder) === String(known)) changed.fire(known)
  }
  const watcherOf = (folder: vscode.Uri) => {
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, WORKSPACE_FILE),
    )
    const look = () => void languageChanged(folder)
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(look),
      watcher.onDidCreate(look),
      watcher.onDidDelete(look),
    )
  }
  const watch = () => {
    watchers?.dispose()
    watchers = vscode.Disposable.from(...all.map(watcherOf))
  }
  const subscriptions = [
    changed,
    { dispose: () => watchers?.dispose() },
    vscode.workspace.onDidChangeWorkspaceFolders(() => (looking = refresh())),
    vscode.window.onDidChangeActiveTextEditor(editor => follow(editor?.document.uri)),
  ]
  return {
    current: () => (looking ??= refresh()),
    get known() {
      return known
    },
    get all() {
      return all
    },
    get name() {
      return known && all.length > 1 ? nameOf(known) : undefined
    },
    onDidChange: changed.event,
    refresh: () => (looking = refresh()),
    follow,
    show,
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  }
}

/** As the Explorer calls it. */
export const nameOf = (folder: vscode.Uri): string =>
  vscode.workspace.getWorkspaceFolder(folder)?.name ?? folder.path.split('/').at(-1)!

const labOf = (all: readonly vscode.Uri[], file: vscode.Uri | undefined): vscode.Uri | undefined =>
  all.find(folder => exerciseOf(folder, file) !== undefined)

async function look(): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = []
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, MARKER))
      found.push(uri)
    } catch {
      // Not this one.
    }
  }
  return found
}
