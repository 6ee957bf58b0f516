/** Open Lab Workspace: asks where, writes what is missing there, never over a learner's work without asking, opens it. */
import * as vscode from 'vscode'
import path from 'node:path'
import { homeFolder } from '../../network/user-folders.ts'
import { EXERCISES } from '../../labs/catalogue.ts'
import { LANGUAGES, type Language } from '../../labs/languages.ts'
import { isLabWorkspace } from '../../labs/progress/file.ts'
import { languageOf } from '../../labs/workspace/language.ts'
import { offeredLanguages } from '../../labs/workspace/track.ts'
import { planWorkspace, writeWorkspace, type PlannedFile } from '../../labs/workspace/workspace.ts'
import { isWithin, samePath } from '../../labs/workspace/same-path.ts'
import { fileProblem, isSystemError } from '../../network/file-problem.ts'
import { Cancelled, sentence } from '../errors.ts'
import { t } from '../l10n.ts'
import { sameFile } from '../same-file.ts'
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
  const language = await languageFor(dir, given === undefined)
  await write(await parts.content(), dir, language)
  const uri = vscode.Uri.file(dir)
  if (vscode.workspace.workspaceFolders?.some(folder => sameFile(folder.uri, uri))) {
    await parts.folder.refresh()
    return void vscode.commands.executeCommand('p2plab.labs.focus')
  }
  await greetLater(parts.globalState, dir)
  // Opening a folder in this window ends the extension host, and with it a network that runs.
  const options = parts.keepWindow() ? { forceNewWindow: true } : { forceReuseWindow: true }
  await vscode.commands.executeCommand('vscode.openFolder', uri, options)
}

/** A lab workspace that is there keeps its language; a new one is asked about only where there is a choice. @throws Cancelled */
async function languageFor(dir: string, mayAsk: boolean): Promise<Language> {
  if (await isLabWorkspace(dir)) return languageOf(dir)
  const languages = offeredLanguages(EXERCISES)
  if (!mayAsk || languages.length < 2) return 'typescript'
  const items = languages.map(language => ({
    label: LANGUAGES[language].title,
    detail: coverage(language),
    language,
  }))
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Open Lab Workspace'),
    placeHolder: t('Which language do you want to write the exercises in?'),
  })
  if (!picked) throw new Cancelled()
  return picked.language
}

/** What somebody who chooses a language must know: not every exercise has a track in it. */
function coverage(language: Language): string {
  const own = EXERCISES.filter(({ tracks }) => tracks.includes(language)).length
  if (own === EXERCISES.length) return t('All {0} exercises', own)
  return t('{0} of {1} exercises, the others in TypeScript', own, EXERCISES.length)
}

async function write(
  pack: Parameters<typeof planWorkspace>[0],
  dir: string,
  language: Language,
): Promise<void> {
  try {
    const plan = await planWorkspace(pack, dir, language)
    const differing = plan.filter(file => file.state === 'differs' && file.owner === 'learner')
    const overwrite = differing.length === 0 ? [] : await askOverwrite(differing)
    const { overwritten } = await writeWorkspace(dir, plan, { overwrite })
    if (overwritten.length > 0) {
      const files = listed(overwritten.map(file => file.path))
      void vscode.window.showInformationMessage(
        t('Replaced {0}. The previous version is in .p2plab/kept.', files),
      )
    }
  } catch (error) {
    if (error instanceof Cancelled) throw error
    throw new Error(
      t('Could not write the lab workspace to {0}: {1}. Choose another folder.', dir, reason(error)),
    )
  }
}

/** Enter takes the first: the lab workspace that is open, else the folder of the settings. */
async function askFolder(open: vscode.Uri | undefined): Promise<string> {
  const settings = readSettings().labsFolder
  const candidates = open ? [open.fsPath] : []
  if (settings !== undefined && !(open && samePath(open.fsPath, settings))) candidates.push(settings)
  const other = { label: `$(folder) ${t('Another Folder…')}`, description: '', dir: undefined }
  const items = candidates.map(dir => ({
    label: `$(folder-opened) ${short(dir)}`,
    description: dir === open?.fsPath ? t('open in this window') : '',
    dir,
  }))
  const picked = await vscode.window.showQuickPick([...items, other], {
    title: t('Open Lab Workspace'),
    placeHolder: t('Where should your exercises go? The folder is created if needed.'),
  })
  if (!picked) throw new Cancelled()
  if (picked.dir !== undefined) return picked.dir
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: t('Select a Folder for the Lab Workspace'),
      openLabel: t('Select Folder'),
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(homeFolder() ?? '/'),
    })) ?? []
  if (!chosen) throw new Cancelled()
  return chosen.fsPath
}

const reason = (error: unknown) => (isSystemError(error) ? fileProblem(error).cause : sentence(error))

function short(dir: string): string {
  const home = homeFolder()
  return home !== undefined && isWithin(home, dir) ? path.join('~', path.relative(home, dir)) : dir
}

/** Which of the learner's files may be replaced. */
async function askOverwrite(differing: readonly PlannedFile[]): Promise<string[]> {
  const names = differing.map(file => file.path)
  const one = names.length === 1
  const [mine, ours, choose] = [t('Keep Mine'), one ? t('Replace') : t('Replace All'), t('Choose…')]
  const question = one
    ? t('{0} already exists with different content.', listed(names))
    : t('{0} files already exist with different content: {1}.', names.length, listed(names, 8))
  const detail = t('This may be your own work. P2P Lab keeps a copy of each replaced file in .p2plab/kept.')
  const buttons = one ? [mine, ours] : [mine, ours, choose]
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...buttons)
  if (chosen === mine) return []
  if (chosen === ours) return names
  if (chosen !== choose) throw new Cancelled()
  const title = t('Select the files to replace')
  const picked = await vscode.window.showQuickPick(names, { title, canPickMany: true })
  if (!picked) throw new Cancelled()
  return picked
}
