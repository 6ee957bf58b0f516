/** Networks of several computers: share one, join one, and copy the code. */
import * as vscode from 'vscode'
import { liveNodes } from '../../network/state.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { readSettings } from '../settings.ts'
import { askAddress, askJoinCode, askJoining, agreeToShare } from './ask-sharing.ts'
import { nodeCount } from './labels.ts'
import type { NetworkService } from './service.ts'
import { askWhilePreparing, startWith } from './start.ts'

export function sharingActions(service: NetworkService, openView: () => void) {
  const running = () => liveNodes(service.state).length

  const copyJoinCode = async () => {
    const { shared } = service.state
    if (!shared) throw new Error(t('The network is not shared. Run “Share Network…” first.'))
    await vscode.env.clipboard.writeText(shared.code)
    vscode.window.setStatusBarMessage(t('Copied {0}', shared.code), 3000)
    return shared.code
  }
  const showCode = async () => {
    const { shared } = service.state
    if (!shared) return
    const copy = t('Copy Join Code')
    const text = t('Join code: {0}', shared.code)
    if ((await vscode.window.showInformationMessage(text, copy)) === copy) await copyJoinCode()
  }

  const shareNetwork = async () => {
    const address = await askAddress()
    if (address === undefined || !(await agreeToShare(address))) throw new Cancelled()
    const asked = await askWhilePreparing(service, readSettings())
    if (!asked) throw new Cancelled()
    const started = await startWith(service, { ...asked, share: { address } }, openView)
    // It stays until somebody closes it.
    void showCode()
    return started
  }

  const joinNetwork = async () => {
    const join = await askJoinCode()
    if (join === undefined) throw new Cancelled()
    const stopped =
      running() > 0 ? t('The running network ({0}) stops first.', nodeCount(running())) : undefined
    const nodes = await askJoining(stopped)
    if (nodes === undefined) throw new Cancelled()
    return await startWith(service, { nodes, topology: 'full', join }, openView)
  }

  return { shareNetwork, copyJoinCode, joinNetwork } satisfies Actions
}
