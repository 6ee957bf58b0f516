/**
 * The state of a network, derived from its events and from nothing else: `events.reduce(reduce, initialState)`.
 *
 * The live view, the tree, the CLI's summary and the readiness test all use this one reducer, so they
 * cannot disagree. It is pure: it never changes its argument, and shares what did not change.
 *
 * Peers are kept as peer ids; `nameOf` turns one into our name for it. That way an event about a peer
 * may come before the event that introduces that peer, as happens between processes.
 */
import type { NetworkEvent } from './events.ts'
import { applyFault, withoutFaults } from './state/faults.ts'
import { applyMessage } from './state/messages.ts'
import { applyToNode, change, counters, withNode, without } from './state/nodes.ts'
import { withNotice, withoutOutdated } from './state/notices.ts'
import { applyRecording, isRecorded } from './state/recording.ts'
import { initialState, newNode, type NetworkState } from './state/types.ts'

// What is read from the state. The live view imports this module only.
export { edges, liveNodes, nameOf } from './state/edges.ts'
export { partOf } from './state/faults.ts'
export { MAX_MESSAGES } from './state/forgotten.ts'
export { D_HIGH, D_LOW, isHealthy, islands, leaders, lonely, unhealthy, unlinked } from './state/health.ts'
export { progress } from './state/messages.ts'
export { isRecorded } from './state/recording.ts'
export { remotePeers, type RemotePeer } from './state/remote.ts'
export {
  initialState,
  linkKey,
  type FaultyLink,
  type MessageState,
  type NetworkState,
  type NodePhase,
  type NodeState,
} from './state/types.ts'

/** The state after `event`. An event about a node that was never started changes nothing but the count. */
export function reduce(state: NetworkState, event: NetworkEvent): NetworkState {
  // A new network starts from nothing; everything else builds on what is there.
  const base = event.type === 'network-started' ? fresh(state) : state
  const next = apply(base, event)
  return { ...next, count: state.count + 1, at: Math.max(base.at, event.at) }
}

/** Nothing but the scenario that starts the network, and the recording that waits for it. */
export function fresh(state: NetworkState): NetworkState {
  const { scenario, recording } = state
  return {
    ...initialState,
    ...(scenario && { scenario }),
    ...(isRecorded(state) && { recording: recording! }),
  }
}

/** Nothing can be asked of a network that has stopped. */
const closed = ({
  mdns: _mdns,
  metrics: _metrics,
  shared: _shared,
  joined: _joined,
  ...rest
}: NetworkState): NetworkState => rest

function apply(state: NetworkState, event: NetworkEvent): NetworkState {
  switch (event.type) {
    case 'network-started': {
      const { network, topology, discovery, mdns, topic, program, requested, at } = event
      const started = {
        network,
        topology,
        discovery,
        ...(mdns && { mdns }),
        topic,
        ...(program !== undefined && { program }),
        requested,
        startedAt: at,
      }
      return { ...state, phase: 'starting', ...started }
    }
    case 'notice':
      return withNotice(state, event)
    case 'network-ready':
      return { ...state, phase: 'ready', readyMs: event.readyMs }
    case 'metrics-listening':
      return { ...state, metrics: event.url }
    case 'shared':
      return { ...state, shared: { code: event.code, address: event.address } }
    case 'joined':
      return { ...state, joined: { address: event.address, peers: event.peers } }
    case 'network-stopping':
      return { ...state, phase: 'stopping' }
    case 'network-stopped':
      return { ...closed(withoutFaults(state)), phase: 'stopped' }
    // A note is about a network and no part of it.
    case 'note':
    // A check is no part of a network: whoever draws one reads its events.
    case 'check-lane':
    case 'check-transmission':
    case 'check-left-out':
      return state
    case 'node-starting': {
      const before = state.nodes[event.node]
      const { degree, hostile } = event
      const node = { ...newNode(event.node), degree, ...counters(before), ...(hostile && { hostile }) }
      return withNode(state, before?.peerId ? { ...node, peerId: before.peerId } : node)
    }
    case 'node-listening': {
      const { node, pid, peerId, addresses } = event
      const named = { ...state, names: { ...state.names, [peerId]: node } }
      return change(named, node, n => ({ ...n, phase: 'listening', pid, peerId, addresses }))
    }
    case 'published':
    case 'received':
    case 'duplicate':
    case 'rejected':
      return applyMessage(state, event)
    case 'frame':
      return { ...state, totals: { ...state.totals, frames: state.totals.frames + 1 } }
    case 'dial-failed': {
      const totals = { ...state.totals, failedDials: state.totals.failedDials + 1 }
      return change({ ...state, totals }, event.node, n => ({
        ...n,
        dialling: without(n.dialling, event.peer),
      }))
    }
    case 'partitioned':
    case 'healed':
    case 'link-fault':
    case 'link-fault-cleared':
    case 'link-acted':
    case 'churn-started':
    case 'churn-stopped':
    case 'scenario-step':
      return applyFault(state, event)
    case 'recording-started':
    case 'recording-stopped':
    case 'recorded-network':
    case 'recorded-node':
    case 'recorded-message':
      return applyRecording(state, event)
    default:
      return withoutOutdated(
        change(state, event.node, n => applyToNode(n, event)),
        event,
      )
  }
}
