/** Events of a network that is broken on purpose, as its orchestrator and its nodes write them. */
import type { Group, LinkFaults, NetworkEvent } from '../../../network/events.ts'
import { edges, nameOf, type NetworkState } from '../../../network/state.ts'
import { peerOf, TOPIC } from './recording.ts'

/** The network is split, and then each connection between two groups is lost by both of its ends. */
export function splitUp(state: NetworkState, groups: Group[], at: number): NetworkEvent[] {
  const groupOf = (name: string) => groups.findIndex(g => g.nodes.includes(name))
  const crossing = edges(state).filter(({ a, b }) => groupOf(a) !== groupOf(b))
  const lost = crossing.flatMap(({ a, b }): NetworkEvent[] => [
    { type: 'disconnected', at: at + 1, node: a, peer: peerOf(b) },
    { type: 'disconnected', at: at + 1, node: b, peer: peerOf(a) },
  ])
  const meshes = Object.values(state.nodes).map((n): NetworkEvent => ({
    type: 'mesh',
    at: at + 2,
    node: n.name,
    topic: TOPIC,
    peers: n.mesh.filter(peer => groupOf(nameOf(state, peer)) === groupOf(n.name)),
  }))
  return [{ type: 'partitioned', at, groups }, ...lost, ...meshes]
}

/** Two halves by number. */
export function halves(nodes: readonly string[]): Group[] {
  const half = Math.ceil(nodes.length / 2)
  return [
    { name: 'A', nodes: nodes.slice(0, half) },
    { name: 'B', nodes: nodes.slice(half) },
  ]
}

export const linkFault = (a: string, b: string, faults: LinkFaults, at: number): NetworkEvent => ({
  type: 'link-fault',
  at,
  a,
  b,
  faults,
})

/** A node joins that spams, and is connected to `to`, who thinks badly of it. */
export function spammer(node: string, to: string, score: number, at: number): NetworkEvent[] {
  const peer = peerOf(node)
  return [
    { type: 'node-starting', at, node, degree: 1, hostile: 'spam' },
    { type: 'node-listening', at, node, pid: 4_999, peerId: peer, addresses: [] },
    { type: 'subscribed', at, node, topic: TOPIC },
    { type: 'connected', at, node, peer: peerOf(to), direction: 'outbound', address: '' },
    { type: 'connected', at, node: to, peer, direction: 'inbound', address: '' },
    { type: 'scores', at, node: to, scores: [{ peer, score }] },
  ]
}
