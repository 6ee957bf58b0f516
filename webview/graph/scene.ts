/**
 * What the graph shows of a network's state: nodes with their mark, and one edge for each pair with its kind. What is done to
 * the network on purpose is part of it: groups, cut and faulty links, hostile nodes.
 */
import type { Group, Hostility, LinkFaults } from '../../network/events.ts'
import {
  edges as connectionEdges,
  linkKey,
  nameOf,
  partOf,
  type NetworkState,
  type NodeState,
} from '../../network/state.ts'

/** A peer that is not one of our nodes is `foreign`. */
export type Mark = NodeState['phase'] | 'paused' | 'foreign'

export interface SceneNode {
  name: string
  mark: Mark
  hostile?: Hostility
  /** The term that it leads. */
  leads?: number
  /** While the network is split: the index of its group in `Scene.groups`. */
  group?: number
}

export interface Edge {
  a: string
  b: string
  /** `cut`: closed by a split. `down`: a link with a fault whose ends are not connected now. */
  kind: 'dialling' | 'connection' | 'one-way' | 'mutual' | 'cut' | 'down'
  /** What is wrong with the link, on purpose. */
  faults?: LinkFaults
}

export interface Scene {
  nodes: readonly SceneNode[]
  edges: readonly Edge[]
  /** The parts of a split network; empty while it is whole. */
  groups: readonly Group[]
}

export const EMPTY: Scene = { nodes: [], edges: [], groups: [] }

/** How a node is shown: its phase, but for one that is paused. */
export const markOf = ({ phase, paused }: NodeState): Mark =>
  phase === 'listening' && paused !== undefined ? 'paused' : phase

/** Whether a node in this phase has ended: it keeps its place, without links. */
export const hasEnded = (mark: Mark): boolean => mark === 'stopped' || mark === 'killed' || mark === 'crashed'

/** Whether two nodes are connected by an edge of this kind. */
export const isConnected = ({ kind }: Edge): boolean =>
  kind === 'connection' || kind === 'one-way' || kind === 'mutual'

/** The scene of a state. The same object as before when nothing of it changed, as while messages go round. */
export function sceneOf(): (state: NetworkState) => Scene {
  let scene = EMPTY
  let before: NetworkState | undefined
  let seen = new Map<string, NodeState>()
  return state => {
    const nodes = Object.values(state.nodes)
    const same =
      before?.partition === state.partition &&
      before?.cut === state.cut &&
      sameFaults(before?.faultyLinks ?? {}, state.faultyLinks) &&
      nodes.length === seen.size &&
      nodes.every(n => looksTheSame(seen.get(n.name), n))
    before = state
    if (same) return scene
    seen = new Map(nodes.map(n => [n.name, n]))
    scene = build(state, nodes)
    return scene
  }
}

const looksTheSame = (before: NodeState | undefined, now: NodeState) =>
  before !== undefined &&
  before.phase === now.phase &&
  before.paused === now.paused &&
  before.hostile === now.hostile &&
  before.leads === now.leads &&
  before.peerId === now.peerId &&
  before.connections === now.connections &&
  before.mesh === now.mesh &&
  before.dialling === now.dialling

/** What the proxies have done changes often, and is not in the picture. */
function sameFaults(before: NetworkState['faultyLinks'], now: NetworkState['faultyLinks']): boolean {
  if (before === now) return true
  const keys = Object.keys(now)
  return (
    keys.length === Object.keys(before).length && keys.every(key => before[key]?.faults === now[key]?.faults)
  )
}

function build(state: NetworkState, nodes: readonly NodeState[]): Scene {
  const edges = new Map<string, Edge>()
  const add = (a: string, b: string, kind: Edge['kind']) => {
    const key = linkKey(a, b)
    if (edges.has(key)) return
    const faults = state.faultyLinks[key]?.faults
    edges.set(key, faults ? { a, b, kind, faults } : { a, b, kind })
  }
  const isThere = (name: string) => {
    const node = state.nodes[name]
    return node !== undefined && !hasEnded(node.phase)
  }
  for (const { a, b, mesh } of connectionEdges(state)) add(a, b, mesh === 'none' ? 'connection' : mesh)
  for (const { a, b } of state.cut ?? []) if (isThere(a) && isThere(b)) add(a, b, 'cut')
  for (const n of nodes)
    for (const peer of n.dialling) {
      const other = state.names[peer]
      if (other !== undefined) add(n.name, other, 'dialling')
    }
  for (const { a, b } of Object.values(state.faultyLinks)) if (isThere(a) && isThere(b)) add(a, b, 'down')
  const foreign = new Set(
    nodes.flatMap(n =>
      Object.keys(n.connections)
        .filter(peer => state.names[peer] === undefined)
        .map(peer => nameOf(state, peer)),
    ),
  )
  const groups = state.partition ?? []
  return {
    nodes: [
      ...nodes.map((node): SceneNode => ({
        name: node.name,
        mark: markOf(node),
        ...(node.hostile && { hostile: node.hostile }),
        ...(node.leads !== undefined && { leads: node.leads }),
        ...(groups.length > 0 && { group: partOf(state, node.name) }),
      })),
      ...[...foreign].map((name): SceneNode => ({ name, mark: 'foreign' })),
    ],
    edges: [...edges.values()],
    groups,
  }
}

/** One or two characters for each group, all different: where there is no room for its name. */
export function groupSigns(groups: readonly Group[]): string[] {
  const firsts = groups.map(({ name }) => [...name][0]!.toUpperCase())
  const short = groups.every(({ name }) => name.length <= 2)
  if (short && new Set(groups.map(g => g.name)).size === groups.length) return groups.map(g => g.name)
  return new Set(firsts).size === firsts.length ? firsts : groups.map((_, i) => String(i + 1))
}
