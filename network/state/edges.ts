/** Who is there and who is connected to whom, as it is drawn and listed. */
import type { NetworkState, NodeState } from './types.ts'

/** Our name for a peer, or the last eight characters of its peer id when it is not one of ours. */
export const nameOf = (state: NetworkState, peer: string): string => state.names[peer] ?? `…${peer.slice(-8)}`

/** The nodes that are up: asked to run, and not ended. */
export const liveNodes = (state: NetworkState): NodeState[] =>
  Object.values(state.nodes).filter(n => n.phase === 'listening')

export interface Edge {
  /** Names as `nameOf` gives them, a < b in `state.nodes` order; foreign peers come last. */
  a: string
  b: string
  /** 'mutual' when each has the other in its mesh, which is the healthy case; 'one-way' for the moment in between. */
  mesh: 'none' | 'one-way' | 'mutual'
}

/** Every connection that at least one live node reports, once. */
export function edges(state: NetworkState): Edge[] {
  const order = new Map(Object.keys(state.nodes).map((name, i) => [name, i]))
  const rank = (name: string) => order.get(name) ?? Infinity
  const found = new Map<string, { a: string; b: string; grafts: number }>()
  for (const n of Object.values(state.nodes)) {
    for (const peer of Object.keys(n.connections)) {
      const other = nameOf(state, peer)
      const [a, b] = rank(n.name) <= rank(other) ? [n.name, other] : [other, n.name]
      const key = `${a} ${b}`
      const edge = found.get(key) ?? { a, b, grafts: 0 }
      if (n.mesh.includes(peer)) edge.grafts++
      // A foreign peer's own mesh cannot be seen: its graft counts for both.
      if (n.mesh.includes(peer) && !state.names[peer]) edge.grafts++
      found.set(key, edge)
    }
  }
  return [...found.values()].map(({ a, b, grafts }) => ({
    a,
    b,
    mesh: grafts >= 2 ? 'mutual' : grafts === 1 ? 'one-way' : 'none',
  }))
}
