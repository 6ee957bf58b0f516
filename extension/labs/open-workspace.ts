/** Open Lab Workspace: asks where, writes what is missing there, never over a learner's work without asking, opens it. */
import * as vscode from 'vscode'
import { homedir } from 'node:os'
import path from 'node:path'
import { planWorkspace, writeWorkspace, type PlannedFile } from '../../labs/workspace/workspace.ts'
import { fileProblemText, isSystemError } from '../../network/file-problem.ts'
import { Cancelled, sentence } from '../errors.ts'
import { t } from '../l10n.ts'
import { readSettings } from '../settings.ts'
import type { LabContent } from './content.ts'
import type { LabFolder } from './folder.ts'
import { listed } from './texts.ts'
import { greetLater } from './welcome.ts'

/** @throws Cancelled */
export async function openLabWorkspace(
  parts: { content: LabContent; folder: LabFolder; globalState: vscode.Memento; keepWindow: () => boolean },
  given?: string,
): Promise<void> {
  const dir = given ?? (await askFolder(await parts.folder.current()))
  await write(await parts.content(), dir)
  const uri = vscode.Uri.file(dir)
  if (vscode.workspace.workspaceFolders?.some(folder => String(folder.uri) === String(uri))) {
    await parts.folder.refresh()
    return void vscode.commands.executeCommand('p2plab.labs.focus')
  }
  await greetLater(parts.globalState, dir)
  // Opening a folder in this window ends the extension host, and with it a network that runs.
  const options = parts.keepWindow() ? { forceNewWindow: true } : { forceReuseWindow: true }
  await vscode.commands.executeCommand('vscode.openFolder', uri, options)
}

async function write(pack: Parameters<typeof planWorkspace>[0], dir: string): Promise<void> {
  try {
    const plan = await planWorkspace(pack, dir)
    const differing = plan.filter(file => file.state === 'differs' && file.owner === 'learner')
    const overwrite = differing.length === 0 ? [] : await askOverwrite(differing)
    const { overwritten } = await writeWorkspace(dir, plan, { overwrite })
    if (overwritten.length > 0) {
      const files = listed(overwritten.map(file => file.path))
      void vscode.window.showInformationMessage(
        t('Replaced {0}. What was there is kept under .p2plab/kept.', files),
      )
    }
  } catch (error) {
    if (error instanceof Cancelled) throw error
    throw new Error(
      t(
        'The lab workspace could not be written to {0}: {1}. You can choose another folder.',
        dir,
        reason(error),
      ),
    )
  }
}

/** Enter takes the first: the lab workspace that is open, else the folder of the settings. */
async function askFolder(open: vscode.Uri | undefined): Promise<string> {
  const settings = readSettings().labsFolder
  const candidates = [...new Set([...(open ? [open.fsPath] : []), settings])]
  const other = { label: `$(folder) ${t('Another Folder…')}`, description: '', dir: undefined }
  const items = candidates.map(dir => ({
    label: `$(folder-opened) ${short(dir)}`,
    description: dir === open?.fsPath ? t('open in this window') : '',
    dir,
  }))
  const picked = await vscode.window.showQuickPick([...items, other], {
    title: t('Open Lab Workspace'),
    placeHolder: t('Where shall your exercises be? The folder is made if it is not there.'),
  })
  if (!picked) throw new Cancelled()
  if (picked.dir !== undefined) return picked.dir
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: t('Folder for the lab workspace'),
      openLabel: t('Use This Folder'),
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(homedir()),
    })) ?? []
  if (!chosen) throw new Cancelled()
  return chosen.fsPath
}

const reason = (error: unknown) => (isSystemError(error) ? fileProblemText(error) : sentence(error))

const short = (dir: string): string =>
  dir.startsWith(homedir() + path.sep) ? `~${path.sep}${path.relative(homedir(), dir)}` : dir

/** Which of the learner's files may be replaced. */
async function askOverwrite(differing: readonly PlannedFile[]): Promise<string[]> {
  const names = differing.map(file => file.path)
  const one = names.length === 1
  const [mine, ours, choose] = [
    t('Keep Mine'),
    one ? t('Take the New One') : t('Take the New Ones'),
    t('Choose…'),
  ]
  const question = one
    ? t('{0} is there already and is different.', listed(names))
    : t('{0} files are there already and are different: {1}.', names.length, listed(names, 8))
  const detail = t('It may be your own work. A file that is replaced is kept as a copy under .p2plab/kept.')
  const buttons = one ? [mine, ours] : [mine, ours, choose]
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons)
  if (chosen === mine) return []
  if (chosen === ours) return names
  if (chosen !== choose) throw new Cancelled()
  const title = t('Which files shall be replaced?')
  const picked = await vscode.window.showQuickPick(names, { title, canPickMany: true })
  if (!picked) throw new Cancelled()
  return picked
}
