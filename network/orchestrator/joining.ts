/** Waits until a node that was added or restarted is part of the mesh. */
import { NetworkError } from '../failure.ts'
import { D_LOW, type NetworkState } from '../state.ts'
import type { Linking } from './linking.ts'
import type { Links } from './links.ts'
import type { Goal } from './readiness.ts'
import type { EventRecord } from './record.ts'

/** For one node to get up, connect and graft. Milliseconds. */
const JOIN_DEADLINE_MS = 40_000

/** Resolves when the node is in the mesh; rejects with a NetworkError when it failed or took too long. */
export async function untilJoined(
  name: string,
  { record, links, linking, goal }: { record: EventRecord; links: Links; linking: Linking; goal: Goal },
): Promise<void> {
  const joined = (state: NetworkState) => {
    const node = state.nodes[name]
    if (node?.subscribed !== true) return false
    // A paused neighbour answers nothing.
    const paused = linking.upNeighbours(name).filter(other => state.nodes[other]?.paused).length
    const awake = node.degree - paused
    if (goal === 'met') return Object.keys(node.connections).length >= Math.min(1, awake)
    if (goal === 'links') {
      // Where each dials the other, the one may be there before the other is.
      const heard = linking.upNeighbours(name).filter(other => {
        const neighbour = state.nodes[other]
        return neighbour && !neighbour.paused && neighbour.connections[node.peerId ?? ''] !== undefined
      })
      return Object.keys(node.connections).length >= awake && heard.length >= awake
    }
    // Both ways: what the node's peers publish must reach it, too.
    const mutual = node.mesh.filter(peer => {
      const other = state.nodes[state.names[peer] ?? '']
      return !other || other.paused || other.mesh.includes(node.peerId ?? '')
    })
    return mutual.length >= Math.min(D_LOW, awake)
  }
  const failed = (state: NetworkState) => state.nodes[name]?.phase === 'crashed'
  const listening = (state: NetworkState) => state.nodes[name]?.phase === 'listening' || failed(state)
  try {
    const deadline = AbortSignal.timeout(JOIN_DEADLINE_MS)
    await record.until(listening, deadline)
    links.dialsAll(name)
    linking.send(name)
    linking.neighboursChanged(name)
    await record.until(state => joined(state) || failed(state), deadline)
  } catch {
    const node = record.state.nodes[name]
    const connections = Object.keys(node?.connections ?? {}).length
    throw new NetworkError({
      node: name,
      step: 'join the network',
      cause: `after ${JOIN_DEADLINE_MS / 1000} s it is ${node?.phase}, has ${connections} connections and ${node?.mesh.length ?? 0} mesh peers`,
      remedy: 'Check its log, or restart it',
    })
  }
  const { failure } = record.state.nodes[name]!
  if (failure) throw new NetworkError({ node: name, ...failure })
}
