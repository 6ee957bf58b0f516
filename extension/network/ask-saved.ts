/** Which saved network to start. One that is not wanted any more can be deleted on the way. */
import * as vscode from 'vscode'
import { liveNodes } from '../../network/state.ts'
import type { SavedSummary } from '../../network/saved-networks.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import { nodeCount } from './labels.ts'
import { describeSaved } from './saved-text.ts'
import type { NetworkService } from './service.ts'

type Item = vscode.QuickPickItem & { saved: SavedSummary }

/** The name. @throws Cancelled; and an Error when there is none to choose. `onError` is told what else goes wrong. */
export async function askSaved(service: NetworkService, onError: (error: unknown) => void): Promise<string> {
  const remove = { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Delete Saved Network') }
  const items = async (): Promise<Item[]> => {
    const { networks } = await service.request({ op: 'savedNetworks' })
    return networks.map(saved => ({
      label: saved.name,
      ...describeSaved(saved),
      iconPath: new vscode.ThemeIcon(saved.about ? 'type-hierarchy' : 'warning'),
      buttons: [remove],
      saved,
    }))
  }
  const first = await items()
  if (first.length === 0)
    throw new Error(t('There are no saved networks yet. Start a network, then run “Save Network As…”.'))

  const running = liveNodes(service.state).length
  const pick = vscode.window.createQuickPick<Item>()
  pick.title = t('Start Saved Network')
  pick.placeholder =
    running > 0
      ? t('Select a saved network. The running network ({0}) stops first.', nodeCount(running))
      : t('Select a saved network')
  // The question before a deletion takes the focus; that is no answer.
  pick.ignoreFocusOut = true
  pick.matchOnDescription = true
  pick.items = first
  return await new Promise((resolve, reject) => {
    pick.onDidTriggerItemButton(async ({ item }) => {
      try {
        if (!(await deleteSaved(item.saved))) return
        pick.items = await items()
        if (pick.items.length === 0) pick.hide()
      } catch (error) {
        onError(error)
      }
    })
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems
      if (!chosen) return
      resolve(chosen.saved.name)
      pick.hide()
    })
    pick.onDidHide(() => (reject(new Cancelled()), pick.dispose()))
    pick.show()
  })
}

/** Asks, and moves the file to the trash; where there is no trash it asks again. False when the user kept it. */
async function deleteSaved({ name, file }: SavedSummary): Promise<boolean> {
  const ask = async (text: string, detail: string, yes: string) =>
    (await vscode.window.showWarningMessage(text, { modal: true, detail }, yes)) === yes
  const trash = t(
    'The file moves to the trash, with the identities of the nodes. You can restore it from there.',
  )
  if (!(await ask(t('Move the saved network {0} to the trash?', name), trash, t('Move to Trash'))))
    return false
  const uri = vscode.Uri.file(file)
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true })
  } catch {
    const forGood = t('Could not move {0} to the trash. Delete it permanently instead?', name)
    const lost = t('This also deletes its identities. No other network will have these peer IDs.')
    if (!(await ask(forGood, lost, t('Delete Permanently')))) return false
    await vscode.workspace.fs.delete(uri, { useTrash: false })
  }
  return true
}
