/** Notices when the learner's files or progress.json change, in an editor or behind it, as by a git pull. */
import * as vscode from 'vscode'
import { EXERCISES } from '../../labs/catalogue.ts'
import { tracksOf } from '../../labs/workspace/track.ts'
import { PROGRESS_FILE } from '../../labs/progress/progress.ts'
import { exerciseOf, type LabFolder } from './folder.ts'

export function watchProgress(
  folder: LabFolder,
  on: { onProgress: () => void; onExercise: (exercise: string) => void },
): vscode.Disposable {
  let watchers: vscode.Disposable | undefined
  const look = (uri: vscode.Uri) => {
    const entry = exerciseOf(folder.known, uri)
    if (entry) on.onExercise(entry.id)
  }
  const watch = (root: vscode.Uri | undefined) => {
    watchers?.dispose()
    watchers = root && vscode.Disposable.from(...patterns().map(pattern => watcher(root, pattern)))
  }
  const watcher = (root: vscode.Uri, pattern: string) => {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(root, pattern))
    const act = pattern === PROGRESS_FILE ? on.onProgress : look
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(act),
      watcher.onDidCreate(act),
      watcher.onDidDelete(act),
    )
  }
  const subscriptions = [
    folder.onDidChange(watch),
    // Sooner than the watcher, and also where the file system tells no changes.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => look(uri)),
  ]
  return vscode.Disposable.from(...subscriptions, { dispose: () => watchers?.dispose() })
}

/** The folders of the labs, each with its files of every language that there is, and the progress file. */
const patterns = (): string[] => [
  ...new Set(EXERCISES.flatMap(tracksOf).map(({ file }) => file.replace(/[^/]+(\.\w+)$/, '*$1'))),
  PROGRESS_FILE,
]
