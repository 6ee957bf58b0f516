import * as vscode from 'vscode'
import { setContext } from '../context-keys.ts'
import { exerciseOf, type LabFolder } from './folder.ts'

/** Keeps the context key that shows the buttons of an exercise in the title of its editor. */
export function watchActiveExercise(folder: LabFolder): vscode.Disposable {
  const follow = () => {
    const entry = exerciseOf(folder.known, vscode.window.activeTextEditor?.document.uri)
    setContext('p2plab.activeExercise', entry !== undefined)
  }
  return vscode.Disposable.from(vscode.window.onDidChangeActiveTextEditor(follow), folder.onDidChange(follow))
}
