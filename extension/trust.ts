import * as vscode from 'vscode'
import { t } from './l10n.ts'

/** Why checks do not run in an untrusted workspace. */
export const refusal = (): string =>
  t(
    'Checking an exercise runs its code, but this workspace is not trusted. Trust the workspace to check your work.',
  )

export function showRefusal(): void {
  const manage = t('Manage Workspace Trust')
  void vscode.window.showWarningMessage(refusal(), manage).then(chosen => {
    if (chosen === manage) return vscode.commands.executeCommand('workbench.trust.manage')
  })
}
