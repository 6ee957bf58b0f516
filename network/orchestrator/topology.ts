/** Who is linked to whom. Pure: positions in, pairs of positions out. */
import type { Plan, Topology } from '../events.ts'
import { shuffled } from '../random.ts'

/**
 * Links per node of the random topology. gossipsub wants D = 6 mesh peers, and its libp2p floor D_low = 4: six
 * links leave room for two to fail.
 */
export const RANDOM_DEGREE = 6
/** A full mesh has n(n-1)/2 connections of about 20 ms CPU each (measured): 40 nodes are 780. */
export const MAX_FULL = 40

export type Pair = readonly [number, number]

/** Why `count` nodes cannot be started in this topology, or undefined. */
export function impossible(topology: Plan, count: number): { cause: string; remedy: string } | undefined {
  if (topology === 'full' && count > MAX_FULL) {
    return {
      cause: `a full mesh of ${count} nodes needs ${(count * (count - 1)) / 2} connections`,
      remedy: `Use at most ${MAX_FULL} nodes, or the random topology`,
    }
  }
  return undefined
}

/** The links among nodes 0 to count - 1, each once. Every topology is connected. */
export function planLinks(topology: Topology, count: number, random: () => number): Pair[] {
  const nodes = Array.from({ length: count }, (_, i) => i)
  switch (topology) {
    case 'line':
      return nodes.slice(1).map(i => [i - 1, i] as const)
    case 'ring':
      return distinct(nodes.map(i => [i, (i + 1) % count] as const))
    case 'star':
      return nodes.slice(1).map(i => [0, i] as const)
    case 'full':
      return nodes.flatMap(a => nodes.slice(a + 1).map(b => [a, b] as const))
    case 'grid': {
      const width = gridWidth(count)
      const right = nodes.filter(i => (i + 1) % width !== 0 && i + 1 < count).map(i => [i, i + 1] as const)
      const down = nodes.filter(i => i + width < count).map(i => [i, i + width] as const)
      return [...right, ...down]
    }
    case 'tree':
      return nodes.slice(1).map(i => [parent(i), i] as const)
    case 'random':
      return randomRegular(nodes, random)
  }
}

/** As square as it gets; the last row may be short. */
const gridWidth = (count: number) => Math.ceil(Math.sqrt(count))
/** A binary tree, as a heap numbers it: node i has the children 2i + 1 and 2i + 2. */
const parent = (i: number) => Math.floor((i - 1) / 2)

/**
 * A union of random rings through all nodes: connected by construction, each node with RANDOM_DEGREE
 * links where that many other nodes exist.
 */
function randomRegular(nodes: readonly number[], random: () => number): Pair[] {
  const count = nodes.length
  if (count <= RANDOM_DEGREE + 1) return planLinks('full', count, random)
  const rings = Array.from({ length: RANDOM_DEGREE / 2 }, () => shuffled(nodes, random))
  const links = distinct(
    rings.flatMap(ring => ring.map((node, i) => [node, ring[(i + 1) % count]!] as const)),
  )
  return fillUp(links, nodes, random)
}

/** Two rings may share a link, which leaves its ends one short: links nodes that are short to each other, where they are not linked yet. */
function fillUp(links: readonly Pair[], nodes: readonly number[], random: () => number): Pair[] {
  const neighbours = nodes.map(() => new Set<number>())
  const link = (a: number, b: number) => void (neighbours[a]!.add(b), neighbours[b]!.add(a))
  const isShort = (node: number) => neighbours[node]!.size < RANDOM_DEGREE
  for (const [a, b] of links) link(a, b)
  const short = shuffled(nodes.filter(isShort), random)
  for (const a of short) for (const b of short) if (a !== b && isShort(a) && isShort(b)) link(a, b)
  return distinct(nodes.flatMap(a => [...neighbours[a]!].map(b => [a, b] as const)))
}

/** Each pair once, the smaller first; none from a node to itself. */
function distinct(pairs: readonly Pair[]): Pair[] {
  const seen = new Map<string, Pair>()
  for (const [a, b] of pairs)
    if (a !== b) seen.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b)])
  return [...seen.values()]
}

/** The neighbours of a node that joins `existing` (in the order they joined), which must not be empty. */
export function neighboursOfNewcomer(
  topology: Plan,
  existing: readonly string[],
  random: () => number,
): string[] {
  switch (topology) {
    case 'line':
      return existing.slice(-1)
    case 'ring':
      return [...new Set([existing[0]!, existing.at(-1)!])]
    case 'star':
      return existing.slice(0, 1)
    case 'full':
      return [...existing]
    case 'grid':
      // The end of the last row and, where there is one, the node above.
      return [...new Set([existing.at(-1)!, existing.at(-gridWidth(existing.length)) ?? existing[0]!])]
    case 'tree':
      return [existing[parent(existing.length)]!]
    case 'random':
    case 'file':
      return shuffled(existing, random).slice(0, RANDOM_DEGREE)
  }
}
