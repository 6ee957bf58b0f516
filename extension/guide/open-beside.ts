/** Opens the guide beside an exercise's file however the file was opened, as from the Explorer: once for each file in a window. */
import * as vscode from 'vscode'
import { exerciseOf, type LabFolder } from '../labs/folder.ts'
import { readSettings } from '../settings.ts'
import type { LabGuide } from './guide.ts'

export function openGuideBeside(folder: LabFolder, guide: LabGuide): vscode.Disposable {
  const opened = new Set<string>()
  const look = (editor: vscode.TextEditor | undefined) => {
    const file = editor?.document.uri
    const entry = exerciseOf(folder.known, file)
    // Where a program pauses, the code is what is looked at.
    if (!file || !entry || vscode.debug.activeDebugSession || !readSettings().openGuide) return
    // Whoever closes the guide of a file does not want it again.
    if (opened.has(String(file))) return
    opened.add(String(file))
    guide.show(entry, file)
  }
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    // A file may be open before it is known that its folder is a lab workspace.
    folder.onDidChange(() => look(vscode.window.activeTextEditor)),
  )
}
