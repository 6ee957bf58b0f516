/** The network in words, as the tree and the status bar show it. Pure. */
import type { Hostility } from '../../network/events.ts'
import { t } from '../l10n.ts'
import {
  isRecorded,
  liveNodes,
  progress,
  type MessageState,
  type NetworkState,
  type NodePhase,
  type NodeState,
} from '../../network/state.ts'

export const nodeCount = (n: number): string => (n === 1 ? t('1 node') : t('{0} nodes', n))
const peerCount = (n: number): string => (n === 1 ? t('1 peer') : t('{0} peers', n))

export function phaseName(phase: NodePhase): string {
  switch (phase) {
    case 'starting':
      return t('starting')
    case 'listening':
      return t('running')
    case 'stopping':
      return t('stopping')
    case 'stopped':
      return t('stopped')
    case 'killed':
      return t('killed')
    case 'crashed':
      return t('crashed')
  }
}

const hostilityName = (kind: Hostility): string =>
  kind === 'spam' ? t('spams') : t('sends invalid messages')

/** Whether the nodes of a network are a learner's program: these have no gossip mesh. */
export type Nodes = Pick<NetworkState, 'program'>

/** "pid 4711 · 4 peers · 3 mesh" of a running node, of a program "pid 4711 · 4 peers · leader, term 2"; its phase otherwise. */
export function describeNode(node: NodeState, nodes: Nodes): string {
  if (node.phase !== 'listening') return phaseName(node.phase)
  if (node.paused) return t('paused')
  const parts = [peerCount(Object.keys(node.connections).length)]
  if (nodes.program === undefined) parts.push(t('{0} mesh', node.mesh.length))
  else if (node.leads !== undefined) parts.push(t('leader, term {0}', node.leads))
  if (node.pid !== undefined) parts.unshift(t('pid {0}', node.pid))
  if (node.hostile) parts.unshift(hostilityName(node.hostile))
  return parts.join(' · ')
}

/** The same for a screen reader, which does not know what stands for what. */
export function speakNode(node: NodeState, nodes: Nodes): string {
  if (node.phase !== 'listening') return t('Node {0}, {1}', node.name, phaseName(node.phase))
  if (node.paused) return t('Node {0}, {1}', node.name, t('paused'))
  const peers = peerCount(Object.keys(node.connections).length)
  const said = [node.name, node.pid ?? '?', peers] as const
  if (nodes.program === undefined)
    return t('Node {0}, running, process {1}, {2}, {3} mesh peers', ...said, node.mesh.length)
  return node.leads === undefined
    ? t('Node {0}, running, process {1}, {2}', ...said)
    : t('Node {0}, running, process {1}, {2}, leader in term {3}', ...said, node.leads)
}

/** "7 reached 9/9 in 41 ms": the number of the message, and how far it got. */
function describeMessage(message: MessageState): string {
  const { reached, expected, slowestMs } = progress(message)
  const number = message.number.toLocaleString('en')
  return t('{0} reached {1}/{2} in {3} ms', number, reached, expected, Math.round(slowestMs))
}

/** "3–6 peers": the fewest and the most connections that a running node has. */
function peerRange(state: NetworkState): string {
  const counts = liveNodes(state).map(n => Object.keys(n.connections).length)
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  return least === most ? peerCount(most) : t('{0}–{1} peers', least, most)
}

/** Text of the status-bar item, or undefined when there is nothing to show. */
export function statusText(state: NetworkState): string | undefined {
  const live = liveNodes(state).length
  switch (state.phase) {
    case 'none':
    case 'stopped':
      return undefined
    case 'stopping':
      return t('Stopping network')
    case 'starting':
      if (live < state.requested) return t('Starting {0}/{1} nodes', live, state.requested)
      return state.program === undefined
        ? t('{0}, joining the mesh', nodeCount(live))
        : t('{0}, connecting', nodeCount(live))
    case 'ready': {
      const parts = [nodeCount(live)]
      if (live > 0) parts.push(peerRange(state))
      parts.push(...faultWords(state))
      const last = state.messages.at(-1)
      if (last) parts.push(describeMessage(last))
      return parts.join(' · ')
    }
  }
}

/** The faults that are on, in a few words each: "split", "2 slow links", "churn"; and that the network is recorded. */
export function faultWords(state: NetworkState): string[] {
  const links = Object.keys(state.faultyLinks).length
  return [
    state.partition !== undefined && t('split'),
    links > 0 && (links === 1 ? t('1 faulty link') : t('{0} faulty links', links)),
    state.churn !== undefined && t('churn'),
    isRecorded(state) && t('recording'),
  ].filter(word => word !== false)
}

/** What the progress notification says while a network starts, and how far it is, 0 to 1. */
export function startProgress(state: NetworkState): { text: string; done: number } {
  const nodes = Object.values(state.nodes)
  const live = liveNodes(state)
  const subscribed = live.filter(n => n.subscribed && n.mesh.length >= Math.min(1, n.degree)).length
  if (live.length < state.requested || nodes.length === 0) {
    return {
      text: t('{0} of {1} nodes listening', live.length, state.requested),
      done: live.length / Math.max(1, state.requested) / 2,
    }
  }
  if (state.program !== undefined) {
    const connected = live.filter(n => Object.keys(n.connections).length > 0).length
    return {
      text: t('{0} of {1} nodes connected', connected, state.requested),
      done: 0.5 + connected / Math.max(1, state.requested) / 2,
    }
  }
  return {
    text: t('{0} of {1} nodes in the mesh', subscribed, state.requested),
    done: 0.5 + subscribed / Math.max(1, state.requested) / 2,
  }
}

/** One sentence for nodes that crashed at about the same time. */
export function describeCrashes(crashed: readonly NodeState[]): string {
  const [first, ...others] = crashed
  if (!first) return ''
  if (others.length > 0) {
    return t('{0} nodes crashed: {1}.', crashed.length, crashed.map(n => n.name).join(', '))
  }
  return first.failure
    ? t(
        'Node {0} crashed ({1}): {2} {3}',
        first.name,
        first.failure.step,
        stop(first.failure.cause),
        first.failure.remedy,
      )
    : t('Node {0} crashed.', first.name)
}

const stop = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
