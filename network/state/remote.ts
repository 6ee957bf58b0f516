/** The nodes of other computers, as far as this one sees them: peers that are connected and not ours. */
import type { NetworkState } from './types.ts'

export interface RemotePeer {
  peer: string
  /** Where it is, as the first of our nodes that is connected to it sees it. */
  address: string
  /** Our nodes that are connected to it, and those that have it in their mesh. */
  nodes: readonly string[]
  mesh: readonly string[]
}

/** In the order in which our nodes tell of them. Empty for a network that is neither shared nor joined another. */
export function remotePeers(state: NetworkState): RemotePeer[] {
  if (!state.shared && !state.joined) return []
  const found = new Map<string, { peer: string; address: string; nodes: string[]; mesh: string[] }>()
  for (const n of Object.values(state.nodes)) {
    for (const [peer, { address }] of Object.entries(n.connections)) {
      if (state.names[peer] !== undefined) continue
      const remote = found.get(peer) ?? { peer, address, nodes: [], mesh: [] }
      found.set(peer, remote)
      remote.nodes.push(n.name)
      if (n.mesh.includes(peer)) remote.mesh.push(n.name)
    }
  }
  return [...found.values()]
}
