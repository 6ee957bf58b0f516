/**
 * A topology that somebody wrote: JSON with the number of nodes and the links among them. Node 1 is n1, and so on.
 *
 *     {"nodes": 4, "links": [[1, 2], [2, 3], [3, 4], [4, 1]]}
 */
import { MAX_NODES } from '../limits.ts'
import { cut } from '../words.ts'

export interface WrittenTopology {
  nodes: number
  links: [number, number][]
}

const EXAMPLE = 'write {"nodes": 3, "links": [[1, 2], [2, 3]]}'

/** The topology, or one sentence that says what is wrong, where, and what is accepted. */
export function parseTopologyFile(text: string): WrittenTopology | { problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `it is not valid JSON (${cut((error as Error).message, 120)}): ${EXAMPLE}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: `it must contain an object: ${EXAMPLE}` }
  const { nodes, links } = value as Record<string, unknown>
  if (!isPosition(nodes, MAX_NODES))
    return { problem: `nodes must be a whole number from 1 to ${MAX_NODES}, not ${shown(nodes)}` }
  if (!Array.isArray(links))
    return { problem: `links must be a list of pairs, not ${shown(links)}: ${EXAMPLE}` }
  const bad = links.findIndex(
    link => !(Array.isArray(link) && link.length === 2 && link.every(end => Number.isInteger(end))),
  )
  if (bad !== -1)
    return {
      problem: `links[${bad}] must be a pair of node numbers such as [1, 2], not ${shown(links[bad])}`,
    }
  const problem = linksProblem(nodes, links as [number, number][])
  return problem === undefined ? { nodes, links: links as [number, number][] } : { problem }
}

/** What is wrong with links among `nodes` nodes, as one sentence, or undefined. */
export function linksProblem(
  nodes: number,
  links: readonly (readonly [number, number])[],
): string | undefined {
  const seen = new Map<string, number>()
  for (const [i, [a, b]] of links.entries()) {
    for (const end of [a, b])
      if (!isPosition(end, nodes)) return `links[${i}] names node ${end}, but the nodes are 1 to ${nodes}`
    if (a === b) return `links[${i}] links node ${a} to itself: a link has two different ends`
    const key = `${Math.min(a, b)} ${Math.max(a, b)}`
    const first = seen.get(key)
    if (first !== undefined)
      return `links[${i}] links ${a} and ${b}, which links[${first}] already does: write each link once`
    seen.set(key, i)
  }
  const reached = new Set([1])
  for (let before = 0; before !== reached.size;) {
    before = reached.size
    for (const [a, b] of links) if (reached.has(a) !== reached.has(b)) reached.add(a).add(b)
  }
  const lost = Array.from({ length: nodes }, (_, i) => i + 1).find(node => !reached.has(node))
  return lost === undefined
    ? undefined
    : `node ${lost} cannot be reached from node 1: add links until all nodes are connected`
}

const isPosition = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
const shown = (value: unknown): string => cut(JSON.stringify(value) ?? 'nothing', 60)
