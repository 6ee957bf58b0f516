/**
 * Rows of the Network tree that are about the network and not about one of its nodes. Pure.
 *
 * Ids: `network/mdns`, `network/metrics`, `network/shared`, `network/joined`, `network/remote`, `network/remote/<peer id>`.
 */
import { nameOf, remotePeers, type NetworkState, type RemotePeer } from '../../network/state.ts'
import { t } from '../l10n.ts'
import type { Row } from './row.ts'

export const isNetworkRow = (id: string): boolean => id.startsWith('network/')

export function networkIds(state: NetworkState): string[] {
  const { mdns, metrics, shared, joined } = state
  return [
    mdns && 'network/mdns',
    metrics !== undefined && 'network/metrics',
    shared && 'network/shared',
    joined && 'network/joined',
    (shared ?? joined) && 'network/remote',
  ].filter(id => typeof id === 'string')
}

export const networkChildIds = (state: NetworkState, id: string): string[] =>
  id === 'network/remote' ? remotePeers(state).map(({ peer }) => `${id}/${peer}`) : []

export function networkRow(state: NetworkState, id: string): Row | undefined {
  const { mdns, metrics, shared, joined } = state
  const [, part, peer] = id.split('/')
  const base = { id, hasChildren: false, kind: part ?? '' }
  if (part === 'mdns' && mdns)
    return {
      ...base,
      label: t('mDNS'),
      description: t('{0}, UDP port {1}', mdns.serviceTag, mdns.port),
      tooltip: t(
        'The nodes ask for this service tag on this UDP port of 224.0.0.251. A program of yours that does the same on the loopback interface finds them.',
      ),
      icon: 'search',
      spoken: t('mDNS: service tag {0}, UDP port {1}', mdns.serviceTag, mdns.port),
    }
  if (part === 'metrics' && metrics !== undefined)
    return {
      ...base,
      label: t('Metrics'),
      description: metrics,
      tooltip: t('Counters of the nodes in Prometheus format. Only programs on this computer can read them.'),
      icon: 'graph',
      spoken: t('Metrics at {0}', metrics),
    }
  if (part === 'shared' && shared)
    return {
      ...base,
      label: t('Join code'),
      description: shared.code,
      // The row is too narrow for it.
      tooltip: `${shared.code}\n${t('Other computers on the local network can join with this code. The nodes listen at {0}.', shared.address)}`,
      icon: 'broadcast',
      color: 'charts.yellow',
      spoken: t('Shared with the local network. Join code: {0}', spelled(shared.code)),
    }
  if (part === 'joined' && joined)
    return {
      ...base,
      label: t('Joined'),
      description: joined.address,
      tooltip: t('A network on another computer. Its nodes and yours form one mesh.'),
      icon: 'remote',
      spoken: t('Joined the network at {0}', joined.address),
    }
  if (part !== 'remote' || !(shared ?? joined)) return undefined
  const remote = remotePeers(state)
  if (peer === undefined) return groupRow(base, remote.length)
  const found = remote.find(r => r.peer === peer)
  return found && peerRow({ ...base, kind: 'remote-peer', parent: 'network/remote' }, state, found)
}

const groupRow = (base: Pick<Row, 'id' | 'kind'>, count: number): Row => ({
  ...base,
  label: t('Remote peers'),
  description: String(count),
  tooltip: t(
    'Nodes on other computers that are connected to yours. P2P Lab does not know what they receive.',
  ),
  icon: 'globe',
  spoken: t('Remote peers: {0}', count),
  hasChildren: count > 0,
})

function peerRow(
  base: Pick<Row, 'id' | 'kind' | 'hasChildren'> & { parent: string },
  state: NetworkState,
  { peer, address, nodes, mesh }: RemotePeer,
): Row {
  const name = nameOf(state, peer)
  const links = t('connected to {0}', nodes.join(', '))
  return {
    ...base,
    label: name,
    description: links,
    tooltip: [peer, address, mesh.length > 0 && t('in the mesh of {0}', mesh.join(', '))]
      .filter(Boolean)
      .join('\n'),
    icon: 'globe',
    spoken: t('Remote peer {0}, {1}', name, links),
  }
}

/** Group by group, so that a screen reader does not make words of it. */
const spelled = (code: string) => code.replaceAll('-', ', ')
