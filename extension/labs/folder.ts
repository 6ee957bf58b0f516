/** Which folder of this window is a lab workspace: the one with a file that only a lab workspace has. */
import * as vscode from 'vscode'
import { EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { setContext } from '../context-keys.ts'
import { sameFile } from '../same-file.ts'
import type { Walkthrough } from '../walkthrough.ts'

/** A file that is in every lab workspace and nowhere else; package.json's activationEvents names it too. */
const MARKER = '.p2plab/types/p2plab/index.d.ts'

export interface LabFolder extends vscode.Disposable {
  /** Undefined while no folder of the window is a lab workspace. Never rejects. */
  current(): Promise<vscode.Uri | undefined>
  /** The same as last found, without looking. */
  readonly known: vscode.Uri | undefined
  readonly onDidChange: vscode.Event<vscode.Uri | undefined>
  /** Looks again: a workspace was written into a folder that is open. */
  refresh(): Promise<vscode.Uri | undefined>
}

export function labFolder({ done }: Walkthrough): LabFolder {
  const changed = new vscode.EventEmitter<vscode.Uri | undefined>()
  let known: vscode.Uri | undefined
  let looking: Promise<vscode.Uri | undefined> | undefined

  const refresh = async () => {
    const found = await look()
    const isNew = String(found) !== String(known)
    known = found
    setContext('p2plab.labWorkspace', found !== undefined)
    if (isNew) changed.fire(found)
    if (found) done('workspace')
    return found
  }
  const subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => (looking = refresh()))
  return {
    current: () => (looking ??= refresh()),
    get known() {
      return known
    },
    onDidChange: changed.event,
    refresh: () => (looking = refresh()),
    dispose() {
      subscription.dispose()
      changed.dispose()
    },
  }
}

async function look(): Promise<vscode.Uri | undefined> {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(uri, MARKER))
      return uri
    } catch {
      // Not this one.
    }
  }
  return undefined
}

/** The exercise whose learner's file this is, in a lab workspace. */
export function exerciseOf(
  folder: vscode.Uri | undefined,
  file: vscode.Uri | undefined,
): ExerciseEntry | undefined {
  if (!folder || !file) return undefined
  return EXERCISES.find(entry => sameFile(vscode.Uri.joinPath(folder, entry.file), file))
}
