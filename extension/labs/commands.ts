import * as vscode from 'vscode'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { LabTesting } from '../testing/controller.ts'
import { checkExercise } from './check.ts'
import { chooseExercise, NoLabWorkspace } from './choose.ts'
import type { LabFolder } from './folder.ts'
import type { Progress } from './progress.ts'

interface Chosen {
  entry: ExerciseEntry
  folder: vscode.Uri
}

export interface LabParts {
  folder: LabFolder
  progress: Progress
  testing: LabTesting
  log: Log
}

export function labCommands(parts: LabParts): vscode.Disposable {
  const { folder, progress, testing, log } = parts
  const register = (name: string, action: (...args: unknown[]) => Promise<unknown>) =>
    vscode.commands.registerCommand(`p2plab.${name}`, async (...args: unknown[]) => {
      try {
        return await action(...args)
      } catch (error) {
        const open = () => vscode.commands.executeCommand('p2plab.openLabWorkspace')
        const remedies =
          error instanceof NoLabWorkspace ? [{ title: t('Open Lab Workspace'), run: open }] : []
        showError(log, error, ...remedies)
        return undefined
      }
    })
  const onExercise = (
    name: string,
    title: string,
    action: (chosen: Chosen, ...args: unknown[]) => Promise<unknown>,
  ) =>
    register(name, async (target, ...args) =>
      action(await chooseExercise(target, title, folder, progress), ...args),
    )

  return vscode.Disposable.from(
    onExercise('openExercise', t('Open Exercise'), ({ entry, folder: at }) => openFile(at, entry)),
    onExercise('checkExercise', t('Check Exercise'), ({ entry }, seed) =>
      checkExercise(testing, entry, typeof seed === 'number' ? seed : undefined),
    ),
  )
}

async function openFile(folder: vscode.Uri, entry: ExerciseEntry): Promise<void> {
  const uri = vscode.Uri.joinPath(folder, entry.file)
  try {
    await vscode.window.showTextDocument(uri)
  } catch {
    throw new Error(t('The file {0} is missing. "P2P Lab: Reset Exercise" writes it again.', entry.file))
  }
}
