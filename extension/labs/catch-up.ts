/** Catch Up to Exercise: fills the files of the exercises before one with the reference, to start anywhere. */
import * as vscode from 'vscode'
import { catchUp, planCatchUp } from '../../labs/workspace/workspace.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { LabContent } from './content.ts'
import type { Progress } from './progress.ts'
import { saveFile, type Where } from './reset.ts'
import { listed } from './texts.ts'

/**
 * Untouched files are filled without asking, files that have passed are left alone, and about the others the learner
 * is asked; `replaceOwn` answers instead: whether to fill them too. Resolves to what was filled. @throws Cancelled
 */
export async function catchUpTo(
  { entry, folder }: Where,
  parts: { content: LabContent; progress: Progress },
  replaceOwn?: boolean,
): Promise<{ exercise: string; path: string; kept?: string }[]> {
  const pack = await parts.content()
  const dir = folder.fsPath
  const name = `${entry.id} ${entry.title}`
  for (const { path } of await planCatchUp(pack, dir, entry.id))
    await saveFile(vscode.Uri.joinPath(folder, path))
  const plan = await planCatchUp(pack, dir, entry.id)
  await Promise.all(plan.map(({ exercise }) => parts.progress.content(exercise)))
  const own = plan.filter(
    ({ exercise, state }) => state === 'own' && parts.progress.state(exercise) !== 'passed',
  )
  const agreed =
    own.length === 0 ||
    (replaceOwn ??
      (await ask(
        name,
        own.map(({ path }) => path),
      )))
  const filled = await catchUp(pack, dir, entry.id, {
    replace: agreed ? own.map(({ exercise }) => exercise) : [],
    note: async (exercise, content) => {
      await parts.progress.content(exercise)
      await parts.progress.note(exercise, 'reference', content)
    },
  })
  tell(name, filled)
  return filled
}

async function ask(name: string, files: readonly string[]): Promise<boolean> {
  const [replace, leave] = [t('Replace'), t('Keep Mine')]
  const question = t('Also replace the files you changed before {0} with the reference solution?', name)
  const detail = t(
    'You changed {0}, and the current version has not passed. P2P Lab keeps a copy of each replaced file in .p2plab/kept. Files you have not changed are replaced either way.',
    listed(files, 8),
  )
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, replace, leave)
  if (chosen === undefined) throw new Cancelled()
  return chosen === replace
}

function tell(name: string, filled: readonly { path: string; kept?: string }[]): void {
  if (filled.length === 0) {
    return void vscode.window.showInformationMessage(t('There was nothing to fill in before {0}.', name))
  }
  const text = t(
    'Filled in with the reference solution: {0}.',
    listed(
      filled.map(({ path }) => path),
      8,
    ),
  )
  const kept = filled.some(file => file.kept !== undefined) ? t('Your versions are in .p2plab/kept.') : ''
  void vscode.window.showInformationMessage(`${text} ${kept}`.trim())
}
