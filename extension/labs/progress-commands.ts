/** Create Progress Report and Catch Up to Exercise. */
import * as vscode from 'vscode'
import { showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { catchUpTo } from './catch-up.ts'
import { chooseExercise, NoLabWorkspace } from './choose.ts'
import type { ProgressCommand } from './command-names.ts'
import type { LabContent } from './content.ts'
import { createReport } from './create-report.ts'
import type { LabFolder } from './folder.ts'
import type { Progress } from './progress.ts'

export function progressActions(parts: {
  folder: LabFolder
  progress: Progress
  content: LabContent
  /** The extension with its version. */
  by: string
  log: Log
}): Actions<ProgressCommand> {
  const { folder, progress, by, log } = parts
  const showingErrors =
    (action: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      try {
        return await action(...args)
      } catch (error) {
        const open = () => vscode.commands.executeCommand('p2plab.openLabWorkspace')
        const remedies =
          error instanceof NoLabWorkspace ? [{ title: t('Open Lab Workspace'), run: open }] : []
        showError(log, error, ...remedies)
        return undefined
      }
    }
  return {
    createReport: showingErrors(() => createReport(folder, progress, by)),
    catchUp: showingErrors(async (target, replaceOwn) => {
      const chosen = await chooseExercise(target, t('Catch Up to Exercise'), folder, progress)
      return catchUpTo(chosen, parts, typeof replaceOwn === 'boolean' ? replaceOwn : undefined)
    }),
  }
}
