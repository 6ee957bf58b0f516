/** How far the learner is, in the status bar of a window that shows a lab workspace. It leads to the Labs view. */
import * as vscode from 'vscode'
import { t } from '../l10n.ts'
import type { LabFolder } from './folder.ts'
import type { Progress } from './progress.ts'
import { standingText } from './standing-text.ts'

export function labsStatus(folder: LabFolder, progress: Progress): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('p2plab.labs', vscode.StatusBarAlignment.Left, 0)
  item.name = t('P2P Lab: Exercises')
  item.command = 'p2plab.labs.focus'
  let shown: string | undefined
  const redraw = () => {
    if (!folder.known) {
      shown = undefined
      return item.hide()
    }
    const { short, lines, spoken } = standingText(progress.state)
    if (spoken === shown) return
    shown = spoken
    item.text = `$(mortar-board) ${short}`
    item.tooltip = [...lines, t('Click to open the Labs view.')].join('\n')
    item.accessibilityInformation = { label: spoken, role: 'button' }
    item.show()
  }
  return vscode.Disposable.from(item, progress.onDidChange(redraw), folder.onDidChange(redraw))
}
