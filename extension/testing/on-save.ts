/** The setting p2plab.labs.checkOnSave: a continuous run of every exercise that is on in every window. */
import * as vscode from 'vscode'
import { readSettings, SETTINGS } from '../settings.ts'

/** `start` begins a continuous run, which ends with its token. Nothing runs in a workspace that is not trusted. */
export function checkOnSave(start: (token: vscode.CancellationToken) => void): vscode.Disposable {
  let on: vscode.CancellationTokenSource | undefined
  const stop = () => {
    on?.cancel()
    on?.dispose()
    on = undefined
  }
  const follow = () => {
    if (!readSettings().checkOnSave || !vscode.workspace.isTrusted) return stop()
    if (on) return
    on = new vscode.CancellationTokenSource()
    start(on.token)
  }
  follow()
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(SETTINGS)) follow()
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(follow),
    { dispose: stop },
  )
}
