/** What follows from a network's events without anybody asking: context keys, the log, word of crashes. */
import * as vscode from 'vscode'
import { isRecorded, type NetworkState, type NodeState } from '../../network/state.ts'
import { setContext } from '../context-keys.ts'
import { showError, type Log } from '../errors.ts'
import { t } from '../l10n.ts'
import type { Walkthrough } from '../walkthrough.ts'
import { describeCrashes } from './labels.ts'
import type { logLine } from './log-line.ts'
import type { NetworkService } from './service.ts'

/** Nodes that share a process crash together: one message tells of all that crash within this time. */
const GATHER_MS = 500

/** Loaded when events come: the network that they are of has loaded the rest of the code. */
type Words = () => Promise<{ logLine: typeof logLine }>

export function watchNetwork(
  service: NetworkService,
  { done }: Walkthrough,
  words: Words,
  log: Log,
): vscode.Disposable {
  let crashed = new Set<string>()
  let gathering: NodeJS.Timeout | undefined
  const tell = () => {
    gathering = undefined
    const nodes = [...crashed].flatMap(name => service.state.nodes[name] ?? [])
    crashed = new Set()
    if (nodes.length > 0) showCrashes(nodes, log)
  }

  const onEvents = service.onDidChange(({ state, events }) => {
    follow(state)
    void words().then(({ logLine }) => {
      for (const line of events.map(logLine)) log[line.level](line.text)
    })
    for (const event of events) {
      if (event.type === 'network-ready') done('network')
      if (event.type === 'node-killed') done('kill')
      if (event.type === 'node-crashed') {
        crashed.add(event.node)
        gathering ??= setTimeout(tell, GATHER_MS)
      }
    }
  })
  const onCrash = service.onDidCrash(end => {
    for (const line of end.lines) log.error(`network process: ${line}`)
    const error = new Error(
      t('The network process ended unexpectedly ({0}), so the network has stopped.', end.how),
    )
    const run = () => vscode.commands.executeCommand('p2plab.startNetwork')
    showError(log, error, { title: t('Start Again'), run })
  })
  return vscode.Disposable.from(onEvents, onCrash, { dispose: () => clearTimeout(gathering) })
}

function follow(state: NetworkState): void {
  setContext('p2plab.phase', state.phase)
  setContext('p2plab.partitioned', state.partition !== undefined)
  setContext('p2plab.faultyLinks', Object.keys(state.faultyLinks).length > 0)
  setContext('p2plab.metrics', state.metrics !== undefined)
  setContext('p2plab.recording', isRecorded(state))
  setContext('p2plab.program', state.program !== undefined)
  setContext('p2plab.shared', state.shared !== undefined)
  setContext('p2plab.churn', state.churn !== undefined)
}

function showCrashes(nodes: readonly NodeState[], log: Log): void {
  const restart = () =>
    Promise.all(nodes.map(node => vscode.commands.executeCommand('p2plab.restartNode', node.name)))
  const only = nodes.length === 1 ? nodes[0] : undefined
  const show = () => vscode.commands.executeCommand('p2plab.showNodeLog', only?.name)
  showError(
    log,
    new Error(describeCrashes(nodes)),
    { title: only ? t('Restart') : t('Restart All'), run: restart },
    ...(only ? [{ title: t('Show Node Log'), run: show }] : []),
  )
}
