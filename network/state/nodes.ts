/** How an event about one node changes that node. */
import type { EventOf } from '../events.ts'
import type { NetworkState, NodePhase, NodeState } from './types.ts'

export type NodeEvent = EventOf<
  | 'node-degree'
  | 'node-stopping'
  | 'node-stopped'
  | 'node-killed'
  | 'node-crashed'
  | 'node-paused'
  | 'node-resumed'
  | 'scores'
  | 'discovered'
  | 'dialling'
  | 'connected'
  | 'identified'
  | 'disconnected'
  | 'subscribed'
  | 'unsubscribed'
  | 'grafted'
  | 'pruned'
  | 'mesh'
  | 'reported'
>

/** The node after an event about it. */
export function applyToNode(n: NodeState, event: NodeEvent): NodeState {
  switch (event.type) {
    case 'node-degree':
      return { ...n, degree: event.degree }
    case 'node-stopping':
      return { ...n, phase: 'stopping' }
    case 'node-stopped':
      return ended(n, 'stopped')
    case 'node-killed':
      return ended(n, 'killed')
    case 'node-crashed': {
      const { step, cause, remedy, log } = event
      return { ...ended(n, 'crashed'), failure: { step, cause, remedy, log } }
    }
    case 'node-paused':
      return { ...n, paused: event.how }
    case 'node-resumed': {
      const { paused: _paused, ...rest } = n
      return rest
    }
    case 'scores': {
      const changed = Object.fromEntries(event.scores.map(({ peer, score }) => [peer, score]))
      return { ...n, scores: { ...n.scores, ...changed } }
    }
    case 'discovered':
      return { ...n, discovered: including(n.discovered, event.peer) }
    case 'dialling':
      return { ...n, dialling: including(n.dialling, event.peer) }
    case 'connected': {
      const { peer, direction, address } = event
      const connections = { ...n.connections, [peer]: { direction, address } }
      return { ...n, connections, dialling: without(n.dialling, peer) }
    }
    case 'identified': {
      const connection = n.connections[event.peer]
      if (!connection) return n
      return { ...n, connections: { ...n.connections, [event.peer]: { ...connection, agent: event.agent } } }
    }
    case 'disconnected': {
      const { [event.peer]: _gone, ...connections } = n.connections
      return {
        ...n,
        connections,
        mesh: without(n.mesh, event.peer),
        dialling: without(n.dialling, event.peer),
      }
    }
    case 'subscribed':
      return event.peer === undefined ? { ...n, subscribed: true } : n
    case 'unsubscribed':
      return event.peer === undefined ? { ...n, subscribed: false, mesh: [] } : n
    case 'grafted':
    case 'pruned':
      return n
    case 'mesh':
      return { ...n, mesh: event.peers }
    case 'reported': {
      const { at, data, leads, tip } = event
      const { leads: before, ...rest } = n
      const now = leads === undefined ? before : (leads ?? undefined)
      return {
        ...rest,
        reported: { event: event.event, data, at },
        ...(now !== undefined && { leads: now }),
        ...(tip !== undefined && { tip }),
      }
    }
  }
}

/** A node that ended has no sockets, and so no connections and no mesh. */
function ended(n: NodeState, phase: NodePhase): NodeState {
  const { pid: _pid, failure: _failure, paused: _paused, scores: _scores, leads: _leads, ...rest } = n
  return { ...rest, phase, connections: {}, mesh: [], dialling: [], discovered: [], subscribed: false }
}

export const counters = (n: NodeState | undefined) =>
  n && { published: n.published, received: n.received, duplicates: n.duplicates, rejected: n.rejected }

const including = (list: readonly string[], item: string) => (list.includes(item) ? list : [...list, item])
export const without = (list: readonly string[], item: string) =>
  list.includes(item) ? list.filter(other => other !== item) : list

export const withNode = (state: NetworkState, node: NodeState): NetworkState => ({
  ...state,
  nodes: { ...state.nodes, [node.name]: node },
})

export function change(state: NetworkState, name: string, f: (n: NodeState) => NodeState): NetworkState {
  const before = state.nodes[name]
  if (!before) return state
  const after = f(before)
  return after === before ? state : withNode(state, after)
}
