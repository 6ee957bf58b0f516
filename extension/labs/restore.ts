/** Restore Copy: one of the kept copies of an exercise's file, with a look at it before. What is there now is kept too. */
import * as vscode from 'vscode'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { backupTime, backups, readText, restore } from '../../labs/workspace/backup.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { saveFile, type Where } from './reset.ts'
import { fileIn, trackIn } from './tracks.ts'

interface CopyItem extends vscode.QuickPickItem {
  copy: string
}

/** Asks which copy; `newest` takes the newest without asking. @throws when no copy was ever kept */
export async function restoreCopy({ entry, folder }: Where, newest: boolean): Promise<void> {
  const name = `${entry.id} ${entry.title}`
  const { file } = trackIn(folder, entry)
  const copies = await backups(folder.fsPath, file)
  if (copies.length === 0) throw new Error(t('There are no copies of {0} to restore.', file))
  // What is not saved yet is part of what a copy is compared with.
  const uri = fileIn(folder, entry)
  if (newest) await saveFile(uri)
  const chosen = newest
    ? copies[0]!
    : await pick({ entry, folder }, name, await itemsFor(folder, file, copies))
  await saveFile(uri)
  await restore(folder.fsPath, file, chosen)
  void vscode.window.showInformationMessage(t('Restored {0} from {1}.', name, chosen))
}

async function itemsFor(folder: vscode.Uri, file: string, copies: readonly string[]): Promise<CopyItem[]> {
  const now = await readText(path.join(folder.fsPath, file))
  const compare = { iconPath: new vscode.ThemeIcon('diff'), tooltip: t('Compare with Current File') }
  return Promise.all(
    copies.map(async copy => {
      const absolute = path.join(folder.fsPath, copy)
      const [{ size }, text] = await Promise.all([stat(absolute), readText(absolute)])
      const same = text === now ? ` · ${t('same as current')}` : ''
      const time = backupTime(copy)?.toLocaleString('en') ?? copy
      return { copy, label: time, description: `${t('{0} bytes', size)}${same}`, buttons: [compare] }
    }),
  )
}

/** The list stays open while copies are compared. @throws Cancelled */
function pick({ entry, folder }: Where, name: string, items: readonly CopyItem[]): Promise<string> {
  const list = vscode.window.createQuickPick<CopyItem>()
  list.title = t('Restore Copy of {0}', name)
  list.placeholder = t('Select a copy to restore. The current version is kept too.')
  list.items = items
  list.ignoreFocusOut = true
  return new Promise<string>((resolve, reject) => {
    list.onDidTriggerItemButton(({ item }) => {
      const copy = vscode.Uri.joinPath(folder, item.copy)
      const now = fileIn(folder, entry)
      const title = t('{0}: Copy of {1} ↔ Current', name, item.label)
      const options = { preview: true, preserveFocus: true }
      void vscode.commands.executeCommand('vscode.diff', copy, now, title, options)
    })
    list.onDidAccept(() => {
      const [item] = list.selectedItems
      if (item) resolve(item.copy)
      list.hide()
    })
    list.onDidHide(() => {
      reject(new Cancelled())
      list.dispose()
    })
    list.show()
  })
}
