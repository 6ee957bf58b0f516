/** Save Network As… and Start Saved Network…. What is saved is the same for `p2plab network up --save` and `--load`. */
import * as vscode from 'vscode'
import type { Results } from '../../network/operations/table.ts'
import { Cancelled, showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { readSettings } from '../settings.ts'
import { askSaved } from './ask-saved.ts'
import { savedNameProblem } from './saved-text.ts'
import { NothingRuns, type NetworkService } from './service.ts'
import { withStartProgress } from './start.ts'

export function savedActions(service: NetworkService, openView: () => void, log: Log) {
  const taken = async () =>
    new Set((await service.request({ op: 'savedNetworks' })).networks.map(({ name }) => name))

  const save = async (given?: { name?: string }): Promise<Results['saveNetwork']> => {
    if (service.state.phase !== 'ready') throw new NothingRuns()
    const name = given?.name ?? (await askName(await taken()))
    const saved = await service.request({ op: 'saveNetwork', name })
    void vscode.window.showInformationMessage(
      t('Saved the network as {0}. Run “Start Saved Network…” to start the same nodes again.', name),
    )
    return saved
  }

  const load = async (given?: { name?: string }): Promise<Results['start']> => {
    const name = given?.name ?? (await askSaved(service, error => showError(log, error)))
    if (readSettings().openView) openView()
    return await withStartProgress(service, t('Starting the saved network {0}', name), signal =>
      service.request({ op: 'loadNetwork', name }, signal),
    )
  }
  return { saveNetwork: save, startSavedNetwork: load } satisfies Actions
}

/** A name that is taken is said while it is typed: nothing is ever written over. */
async function askName(taken: ReadonlySet<string>): Promise<string> {
  const name = await vscode.window.showInputBox({
    title: t('Save Network As'),
    prompt: t('Enter a name. Saves the identities of the nodes, their links and the settings.'),
    placeHolder: t('For example, ring-of-ten'),
    ignoreFocusOut: true,
    validateInput: typed => savedNameProblem(typed.trim(), taken),
  })
  if (name === undefined) throw new Cancelled()
  return name.trim()
}
