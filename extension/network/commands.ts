import * as vscode from 'vscode'
import { liveNodes } from '../../network/state.ts'
import { Cancelled } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Actions } from '../lazily.ts'
import { askMessage } from './ask.ts'
import type { NodeLogs } from './node-log.ts'
import { isRunning, nodeOfTarget, pickNode, type Target } from './pick-node.ts'
import { requestSlowly } from './progress.ts'
import { childIds, row } from './rows.ts'
import { NothingRuns, type NetworkService } from './service.ts'
import { startNetwork, type StartArguments } from './start.ts'

export function nodeActions(service: NetworkService, logs: NodeLogs, openView: () => void) {
  let lastText = t('hello')

  const start = (given?: StartArguments) => startNetwork(service, given, openView)

  const pick = pickNode(service)

  const stop = ({ node }: { node: string }) => service.request({ op: 'stopNode', node })

  const broadcast = async (target?: Target, given?: unknown) => {
    if (liveNodes(service.state).length === 0) throw new NothingRuns()
    const node = nodeOfTarget(target)
    // From a tree's menu the second argument is its selection.
    const text = typeof given === 'string' ? given : await askMessage(node, lastText)
    if (text === undefined) throw new Cancelled()
    lastText = text
    return await service.request({ op: 'broadcast', text, ...(node === undefined ? {} : { node }) })
  }

  const copy = async (text: string) => {
    await vscode.env.clipboard.writeText(text)
    vscode.window.setStatusBarMessage(t('Copied {0}', text), 3000)
  }
  const copyAddress = async (target: Target) => {
    const node = nodeOfTarget(target)
    if (node === undefined) return
    const id =
      typeof target === 'string' && target.includes('/')
        ? target
        : childIds(service.state, node).find(c => c.includes('/address/'))
    const address = id === undefined ? undefined : row(service.state, id)?.description
    if (!address) throw new Error(t('{0} has no address because it is not running.', node))
    await copy(address)
  }
  const copyPeerId = async (target: Target) => {
    const node = nodeOfTarget(target)
    if (node === undefined) return
    // A recording is of another network.
    const peerId = (typeof target === 'object' && target.peerId) || service.state.nodes[node]?.peerId
    if (peerId === undefined) throw new Error(t('{0} has no peer ID yet because it is still starting.', node))
    await copy(peerId)
  }

  return {
    startNetwork: start,
    stopNetwork: () => requestSlowly(service, { op: 'stopAll' }),
    addNode: () => requestSlowly(service, { op: 'addNode' }, stop),
    broadcast,
    stopNode: async (target?: Target) => {
      const node = await pick(target, t('Stop Node'), isRunning)
      return await requestSlowly(service, { op: 'stopNode', node })
    },
    killNode: async (target?: Target) => {
      const node = await pick(target, t('Kill Node'), isRunning)
      return await service.request({ op: 'killNode', node })
    },
    restartNode: async (target?: Target) => {
      const node = await pick(
        target,
        t('Restart Node'),
        n => n.phase !== 'starting' && n.phase !== 'stopping',
      )
      return await requestSlowly(service, { op: 'restartNode', node }, () => stop({ node }))
    },
    showNodeLog: async (target?: Target) => logs.show(await pick(target, t('Show Node Log'), () => true)),
    copyAddress,
    copyPeerId,
  } satisfies Actions
}
