/** Whether a broadcast reaches every node from now on. */
import type { NetworkState, NodeState } from './types.ts'

/** gossipsub's D_low: below this many mesh peers a node looks for more (gossipsub v1.0 spec, "Parameters"). */
export const D_LOW = 4
/** gossipsub's D_high: above this many mesh peers a node prunes. */
export const D_HIGH = 12

/**
 * Why the gossip mesh is not healthy yet, or undefined when it is: every node that should run is subscribed, the
 * mesh is symmetric and connected, and each node has at least min(D_LOW, its degree) mesh peers.
 * From then on a broadcast reaches every node.
 */
export function unhealthy(state: NetworkState): string | undefined {
  const running = Object.values(state.nodes).filter(n => n.phase === 'starting' || n.phase === 'listening')
  if (running.length === 0) return 'no node is running'
  const starting = running.find(n => n.phase === 'starting')
  if (starting) return `${starting.name} is still starting`
  const silent = running.find(n => !n.subscribed)
  if (silent) return `${silent.name} is not subscribed`
  for (const n of running) {
    const wanted = Math.min(D_LOW, n.degree)
    if (n.mesh.length < wanted) return `${n.name} has ${n.mesh.length} of ${wanted} mesh peers`
  }
  for (const n of running) {
    for (const peer of n.mesh) {
      const name = state.names[peer]
      const other = name === undefined ? undefined : state.nodes[name]
      if (other && (other.phase !== 'listening' || !other.mesh.includes(n.peerId ?? ''))) {
        return `${n.name} has ${other.name} in its mesh, but not the other way round`
      }
    }
  }
  const reached = reachable(state, running[0]!)
  const lost = running.find(n => !reached.has(n.name))
  return lost && `the mesh has no path from ${running[0]!.name} to ${lost.name}`
}

/** Why not every link of the plan is there yet, or undefined: what can be waited for where the mesh cannot be healthy. */
export function unlinked(state: NetworkState): string | undefined {
  const running = Object.values(state.nodes).filter(n => n.phase === 'starting' || n.phase === 'listening')
  if (running.length === 0) return 'no node is running'
  const silent = running.find(n => !n.subscribed)
  if (silent) return `${silent.name} is not subscribed`
  const lonely = running.find(n => Object.keys(n.connections).length < n.degree)
  return lonely && `${lonely.name} has ${Object.keys(lonely.connections).length} of ${lonely.degree} links`
}

export const isHealthy = (state: NetworkState): boolean => unhealthy(state) === undefined

function reachable(state: NetworkState, from: NodeState): Set<string> {
  const seen = new Set([from.name])
  const queue = [from]
  for (let n = queue.pop(); n; n = queue.pop()) {
    for (const peer of n.mesh) {
      const name = state.names[peer]
      const other = name === undefined ? undefined : state.nodes[name]
      if (other && !seen.has(other.name)) {
        seen.add(other.name)
        queue.push(other)
      }
    }
  }
  return seen
}
