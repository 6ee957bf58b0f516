/** Create Progress Report and Catch Up to Exercise. */
import * as vscode from 'vscode'
import { EXERCISES } from '../../labs/catalogue.ts'
import { showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { catchUpTo } from './catch-up.ts'
import { askForExercise, NoLabWorkspace } from './choose.ts'
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
      const chosen = await askForExercise(target, question(), folder, progress)
      return catchUpTo(chosen, parts, typeof replaceOwn === 'boolean' ? replaceOwn : undefined)
    }),
  }
}

/** Before the first exercise there is nothing to fill in. */
const question = () => ({
  title: t('Catch Up to Exercise'),
  placeHolder: t('Select the exercise to start with. P2P Lab fills in the ones before it.'),
  exercises: EXERCISES.slice(1),
})
