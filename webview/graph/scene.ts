/**
 * What the graph shows of a network's state: nodes with their mark, and one edge for each pair with its kind.
 */
import { edges as connectionEdges, nameOf, type NetworkState, type NodeState } from '../../network/state.ts'

/** A peer that is not one of our nodes is `foreign`. */
export type Mark = NodeState['phase'] | 'paused' | 'foreign'

export interface SceneNode {
  name: string
  mark: Mark
}

export interface Edge {
  a: string
  b: string
  kind: 'dialling' | 'connection' | 'one-way' | 'mutual'
}

export interface Scene {
  nodes: readonly SceneNode[]
  edges: readonly Edge[]
}

export const EMPTY: Scene = { nodes: [], edges: [] }

/** How a node is shown: its phase, but for one that is paused. */
export const markOf = ({ phase, paused }: NodeState): Mark =>
  phase === 'listening' && paused !== undefined ? 'paused' : phase

/** Whether a node in this phase has ended: it keeps its place, without links. */
export const hasEnded = (mark: Mark): boolean => mark === 'stopped' || mark === 'killed' || mark === 'crashed'

/** The scene of a state. The same object as before when nothing of it changed, as while messages go round. */
export function sceneOf(): (state: NetworkState) => Scene {
  let scene = EMPTY
  let seen = new Map<string, NodeState>()
  return state => {
    const nodes = Object.values(state.nodes)
    if (nodes.length === seen.size && nodes.every(n => looksTheSame(seen.get(n.name), n))) return scene
    seen = new Map(nodes.map(n => [n.name, n]))
    scene = build(state, nodes)
    return scene
  }
}

const looksTheSame = (before: NodeState | undefined, now: NodeState) =>
  before !== undefined &&
  before.phase === now.phase &&
  before.paused === now.paused &&
  before.peerId === now.peerId &&
  before.connections === now.connections &&
  before.mesh === now.mesh &&
  before.dialling === now.dialling

function build(state: NetworkState, nodes: readonly NodeState[]): Scene {
  const edges: Edge[] = connectionEdges(state).map(({ a, b, mesh }) => ({
    a,
    b,
    kind: mesh === 'none' ? 'connection' : mesh,
  }))
  const linked = new Set(edges.flatMap(({ a, b }) => [`${a} ${b}`, `${b} ${a}`]))
  for (const n of nodes) {
    for (const peer of n.dialling) {
      const other = state.names[peer]
      if (other === undefined || linked.has(`${n.name} ${other}`)) continue
      linked.add(`${n.name} ${other}`).add(`${other} ${n.name}`)
      edges.push({ a: n.name, b: other, kind: 'dialling' })
    }
  }
  const foreign = new Set(
    nodes.flatMap(n =>
      Object.keys(n.connections)
        .filter(peer => state.names[peer] === undefined)
        .map(peer => nameOf(state, peer)),
    ),
  )
  return {
    nodes: [
      ...nodes.map((node): SceneNode => ({ name: node.name, mark: markOf(node) })),
      ...[...foreign].map((name): SceneNode => ({ name, mark: 'foreign' })),
    ],
    edges,
  }
}
