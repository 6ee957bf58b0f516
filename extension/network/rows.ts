/**
 * The Network tree as data: rows with stable ids, made from the state. Pure.
 *
 * What is about the whole network is in network-rows.ts.
 *
 * Ids: `n1`, `n1/peer-id`, `n1/address/0`, `n1/peers`, `n1/peers/<peer id>`, `n1/mesh`, `n1/mesh/<peer id>`, `n1/failure`.
 */
import { t } from '../l10n.ts'
import { nameOf, type NetworkState, type NodePhase, type NodeState } from '../../network/state.ts'
import { describeNode, phaseName, speakNode, type Nodes } from './labels.ts'
import type { Row } from './row.ts'
import { isNetworkRow, networkChildIds, networkIds, networkRow } from './network-rows.ts'

const ICONS: Record<NodePhase, { icon: string; color?: string }> = {
  starting: { icon: 'loading~spin' },
  listening: { icon: 'vm-running', color: 'charts.green' },
  stopping: { icon: 'loading~spin' },
  stopped: { icon: 'circle-slash', color: 'disabledForeground' },
  killed: { icon: 'flame', color: 'charts.orange' },
  crashed: { icon: 'error', color: 'list.errorForeground' },
}

const isPaused = (node: NodeState) => node.phase === 'listening' && node.paused !== undefined

function iconOf(node: NodeState): { icon: string; color?: string } {
  if (isPaused(node)) return { icon: 'debug-pause', color: 'charts.yellow' }
  if (node.hostile && node.phase === 'listening') return { icon: 'bug', color: 'charts.red' }
  return ICONS[node.phase]
}

export const nodeOf = (id: string): string => id.split('/', 1)[0]!

export function rootIds(state: NetworkState): string[] {
  return state.phase === 'none' || state.phase === 'stopped'
    ? []
    : [...networkIds(state), ...Object.keys(state.nodes)]
}

export function childIds(state: NetworkState, id: string): string[] {
  if (isNetworkRow(id)) return networkChildIds(state, id)
  const node = state.nodes[nodeOf(id)]
  if (!node) return []
  const { name } = node
  if (id === `${name}/peers`) return Object.keys(node.connections).map(peer => `${id}/${peer}`)
  if (id === `${name}/mesh`) return node.mesh.map(peer => `${id}/${peer}`)
  if (id !== name) return []
  const ids: string[] = []
  if (node.failure) ids.push(`${name}/failure`)
  if (node.peerId) ids.push(`${name}/peer-id`)
  if (node.phase !== 'listening') return ids
  ids.push(...node.addresses.map((_, i) => `${name}/address/${i}`), `${name}/peers`)
  return state.program === undefined ? [...ids, `${name}/mesh`] : ids
}

/** The row, or undefined when it has gone since its id was handed out. */
export function row(state: NetworkState, id: string): Row | undefined {
  if (isNetworkRow(id)) return networkRow(state, id)
  const node = state.nodes[nodeOf(id)]
  if (!node) return undefined
  if (id === node.name) return nodeRow(node, state)
  const [, part, detail] = id.split('/')
  const base = { id, parent: node.name, hasChildren: false }
  switch (part) {
    case 'failure':
      return node.failure && failureRow(base, node.failure)
    case 'peer-id':
      return leaf(base, t('Peer ID'), node.peerId ?? '', 'key', 'peer-id')
    case 'address':
      return leaf(base, t('Address'), node.addresses[Number(detail)] ?? '', 'link', 'address')
    case 'peers':
    case 'mesh':
      return detail === undefined
        ? groupRow(base, node, part)
        : peerRow({ ...base, parent: `${node.name}/${part}` }, state, node, detail)
    default:
      return undefined
  }
}

function nodeRow(node: NodeState, nodes: Nodes): Row {
  return {
    id: node.name,
    label: node.name,
    description: describeNode(node, nodes),
    tooltip: [t('Node {0}: {1}', node.name, phaseName(node.phase)), node.peerId].filter(Boolean).join('\n'),
    ...iconOf(node),
    spoken: speakNode(node, nodes),
    kind: isPaused(node) ? 'node.paused' : `node.${node.phase}`,
    hasChildren: node.phase === 'listening' || node.failure !== undefined || node.peerId !== undefined,
  }
}

type Base = Pick<Row, 'id' | 'hasChildren'> & { parent: string }

const leaf = (base: Base, label: string, value: string, icon: string, kind: string): Row => ({
  ...base,
  label,
  description: value,
  tooltip: value,
  icon,
  kind,
  spoken: `${label}: ${value}`,
})

function failureRow(base: Base, failure: NonNullable<NodeState['failure']>): Row {
  const text = `${failure.cause} ${failure.remedy}`
  const tooltip = [`${failure.step}: ${text}`, '', ...failure.log].join('\n')
  return { ...leaf(base, failure.step, text, 'warning', 'failure'), tooltip, color: 'list.warningForeground' }
}

function groupRow(base: Base, node: NodeState, part: 'peers' | 'mesh'): Row {
  const count = part === 'peers' ? Object.keys(node.connections).length : node.mesh.length
  const [label, tooltip, icon] =
    part === 'peers'
      ? [t('Peers'), t('Peers that {0} is connected to.', node.name), 'plug']
      : [
          t('Mesh peers'),
          t('Peers to which {0} forwards full messages immediately.', node.name),
          'type-hierarchy',
        ]
  return {
    ...leaf(base, label, String(count), icon, part),
    tooltip,
    hasChildren: count > 0,
  }
}

function peerRow(base: Base, state: NetworkState, node: NodeState, peer: string): Row {
  const connection = node.connections[peer]
  const name = nameOf(state, peer)
  const way = connection && (connection.direction === 'inbound' ? t('inbound') : t('outbound'))
  const lines = [peer, connection?.address, connection?.agent]
  return {
    ...leaf(
      base,
      name,
      way ?? '',
      connection?.direction === 'inbound' ? 'arrow-left' : 'arrow-right',
      'peer',
    ),
    tooltip: lines.filter(Boolean).join('\n'),
    spoken: way ? t('Peer {0}, {1}', name, way) : t('Peer {0}', name),
  }
}

/** What a node and everything under it shows, as one string: as long as it is the same, nothing needs to be drawn again. */
export function signature(state: NetworkState, name: string): string {
  if (isNetworkRow(name))
    return JSON.stringify([name, ...networkChildIds(state, name)].map(id => networkRow(state, id)))
  const node = state.nodes[name]
  if (!node) return ''
  const { phase, pid, peerId, addresses, mesh, failure, paused, hostile } = node
  const peers = Object.keys(node.connections).map(peer => nameOf(state, peer))
  return JSON.stringify([phase, pid, peerId, addresses, peers, mesh, failure?.cause, paused, hostile])
}
