/** What Save Packet Capture… says when it is done, or when there is nothing to save, with the button that leads on. */
import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { t } from '../l10n.ts'
import type { Obstacle, Saveable } from './packets.ts'
import { obstacleText, savedText } from './texts.ts'

interface Button {
  title: string
  command: string
  args: readonly unknown[]
}

/** `name` is that of what was to be saved. */
export function tellObstacle(
  obstacle: Obstacle,
  name: string,
  { entry, check }: { entry: ExerciseEntry; check: string | undefined },
): void {
  const checkNow: Button =
    check === undefined
      ? { title: t('Check Now'), command: 'p2plab.checkExercise', args: [entry.id] }
      : { title: t('Check Now'), command: 'p2plab.checkOne', args: [entry.id, check] }
  const results: Button = {
    title: t('Show Results'),
    command: 'workbench.panel.testResults.view.focus',
    args: [],
  }
  const { kind } = obstacle
  const button =
    kind === 'libp2p'
      ? undefined
      : kind === 'nothing sent'
        ? obstacle.passed
          ? undefined
          : results
        : checkNow
  tell(vscode.window.showInformationMessage, obstacleText(obstacle, name), button)
}

export function tellSaved(uri: vscode.Uri, saved: Saveable): void {
  const text = savedText(vscode.workspace.asRelativePath(uri), saved)
  const whole = saved.dropped === 0 && saved.notKept === undefined
  const { showInformationMessage, showWarningMessage } = vscode.window
  tell(whole ? showInformationMessage : showWarningMessage, text, folderButton(uri))
}

/** The folder in the system's own window, where that is on the same machine; else in the Explorer view, where it is in that. */
function folderButton(uri: vscode.Uri): Button | undefined {
  const isLocal = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined
  if (uri.scheme === 'file' && isLocal)
    return { title: t('Open Containing Folder'), command: 'revealFileInOS', args: [uri] }
  if (vscode.workspace.getWorkspaceFolder(uri))
    return { title: t('Reveal in Explorer View'), command: 'revealInExplorer', args: [uri] }
  return undefined
}

/** Does not wait for an answer. */
function tell(
  show: (text: string, ...buttons: string[]) => Thenable<string | undefined>,
  text: string,
  button: Button | undefined,
): void {
  void show(text, ...(button ? [button.title] : [])).then(chosen => {
    if (button && chosen === button.title)
      return vscode.commands.executeCommand(button.command, ...button.args)
  })
}
