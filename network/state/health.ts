/** Whether a broadcast reaches every node from now on. */
import type { NetworkState, NodeState } from './types.ts'

/** gossipsub's D_low: below this many mesh peers a node looks for more (gossipsub v1.0 spec, "Parameters"). */
export const D_LOW = 4
/** gossipsub's D_high: above this many mesh peers a node prunes. */
export const D_HIGH = 12

/**
 * Why the gossip mesh is not healthy yet, or undefined when it is: every node that should run is subscribed, the
 * mesh is symmetric and connected, and each node has at least min(D_LOW, its degree) mesh peers.
 * From then on a broadcast reaches every node. A path over a hostile node is none, and whether it is in the mesh does not matter.
 */
export function unhealthy(state: NetworkState): string | undefined {
  const running = expected(state)
  const reason = incomplete(state, running)
  if (reason) return reason
  const [first, second] = parts(state, running)
  return second && `the mesh has no path from ${first![0]} to ${second[0]}`
}

/**
 * The parts that the mesh falls into, although each node has all the mesh peers it wants: gossipsub leaves them as they are, and
 * only gossip goes between them. Undefined when that is not so.
 */
export function islands(state: NetworkState): string[][] | undefined {
  const running = expected(state)
  if (incomplete(state, running)) return undefined
  const found = parts(state, running)
  return found.length > 1 ? found : undefined
}

const expected = (state: NetworkState) =>
  Object.values(state.nodes).filter(n => !n.hostile && (n.phase === 'starting' || n.phase === 'listening'))

function incomplete(state: NetworkState, running: readonly NodeState[]): string | undefined {
  if (running.length === 0) return 'no node is running'
  if (state.partition) {
    const groups = state.partition.map(({ name, nodes }) => `${name} (${nodes.join(', ')})`)
    return `it is split into ${groups.join(' and ')}`
  }
  const paused = running.find(n => n.paused)
  if (paused) return `${paused.name} is paused`
  const starting = running.find(n => n.phase === 'starting')
  if (starting) return `${starting.name} is still starting`
  const silent = running.find(n => !n.subscribed)
  if (silent) return `${silent.name} is not subscribed`
  for (const n of running) {
    const wanted = Math.min(D_LOW, n.degree)
    // A hostile node that nobody has found out yet takes a place in the mesh, and gossipsub looks for no other.
    if (n.mesh.length < wanted) return `${n.name} has ${n.mesh.length} of ${wanted} mesh peers`
  }
  for (const n of running) {
    for (const peer of n.mesh) {
      const name = state.names[peer]
      const other = name === undefined ? undefined : state.nodes[name]
      if (other && !other.hostile && (other.phase !== 'listening' || !other.mesh.includes(n.peerId ?? ''))) {
        return `${n.name} has ${other.name} in its mesh, but not vice versa`
      }
    }
  }
  return undefined
}

/** Why not every link of the plan is there yet, or undefined: what can be waited for where the mesh cannot be healthy. */
export function unlinked(state: NetworkState): string | undefined {
  const running = expected(state)
  if (running.length === 0) return 'no node is running'
  const silent = running.find(n => !n.subscribed)
  if (silent) return `${silent.name} is not subscribed`
  const lonely = running.find(n => Object.keys(n.connections).length < n.degree)
  return lonely && `${lonely.name} has ${Object.keys(lonely.connections).length} of ${lonely.degree} links`
}

/** Which node is connected to nobody, or undefined: what can be waited for where nodes choose whom they connect to. */
export function lonely(state: NetworkState): string | undefined {
  const running = expected(state)
  if (running.length === 0) return 'no node is running'
  const silent = running.find(n => !n.subscribed)
  if (silent) return `${silent.name} is not subscribed`
  const alone = running.find(n => n.degree > 0 && Object.keys(n.connections).length === 0)
  return alone && `${alone.name} is connected to nobody`
}

/** Of a learner's network: the running nodes that lead in the greatest term that one leads in. */
export function leaders(state: NetworkState): (NodeState & { leads: number })[] {
  const leading = expected(state).filter(
    (n): n is NodeState & { leads: number } => n.leads !== undefined && !n.paused,
  )
  const greatest = Math.max(...leading.map(n => n.leads))
  return leading.filter(n => n.leads === greatest)
}

export const isHealthy = (state: NetworkState): boolean => unhealthy(state) === undefined

/** The parts of the mesh, each as the names of its nodes. */
function parts(state: NetworkState, running: readonly NodeState[]): string[][] {
  const left = new Set(running.map(n => n.name))
  const found: string[][] = []
  for (const n of running) {
    if (!left.has(n.name)) continue
    const part = reachable(state, n).filter(name => left.delete(name))
    found.push(part)
  }
  return found
}

function reachable(state: NetworkState, from: NodeState): string[] {
  const seen = new Set([from.name])
  const queue = [from]
  for (let n = queue.pop(); n; n = queue.pop()) {
    for (const peer of n.mesh) {
      const name = state.names[peer]
      const other = name === undefined ? undefined : state.nodes[name]
      // A path over a hostile node is none.
      if (other && !other.hostile && !seen.has(other.name)) {
        seen.add(other.name)
        queue.push(other)
      }
    }
  }
  return [...seen]
}
