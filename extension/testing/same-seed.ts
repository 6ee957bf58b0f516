/** Check Again with the Same Seed: the last run that failed, with the very same bytes. */
import * as vscode from 'vscode'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import { chooseExercise } from '../labs/choose.ts'
import type { LabFolder } from '../labs/folder.ts'
import type { Progress } from '../labs/progress.ts'
import { parseItemId } from './item-id.ts'
import type { LabTesting } from './controller.ts'

/** `p2plab.checkSameSeed (exercise?)` → ExerciseResult. An item of the Testing view stands for its exercise. */
export function sameSeedCommand(
  testing: LabTesting,
  folder: LabFolder,
  progress: Progress,
  log: Log,
): vscode.Disposable {
  return vscode.commands.registerCommand('p2plab.checkSameSeed', async (target: unknown) => {
    try {
      const title = t('Check Again with the Same Seed')
      return await again(await chooseExercise(exerciseNamed(target), title, folder, progress))
    } catch (error) {
      showError(log, error)
      return undefined
    }
  })

  async function again({
    entry,
  }: Awaited<ReturnType<typeof chooseExercise>>): Promise<ExerciseResult | undefined> {
    const failed = testing.lastFailed(entry.id)
    if (failed) return testing.check(entry, failed)
    const name = `${entry.id} ${entry.title}`
    const check = t('Check Now')
    const text = testing.last(entry.id)
      ? t('{0} has not failed in this window, so there is no failed run to repeat.', name)
      : t('You have not checked {0} in this window yet, so there is no run to repeat.', name)
    void vscode.window.showInformationMessage(text, check).then(chosen => {
      if (chosen === check) return vscode.commands.executeCommand('p2plab.checkExercise', entry.id)
    })
    return undefined
  }
}

/** A test item has the id "1.1", or "1.1/half-close" for a check. */
function exerciseNamed(target: unknown): unknown {
  const id = typeof target === 'object' && target !== null && 'id' in target ? target.id : target
  return typeof id === 'string' ? parseItemId(id).exercise : target
}
