/** What is decided before a network starts: its links, and who its nodes are. */
import { createHash, randomBytes } from 'node:crypto'
import { NetworkError } from '../failure.ts'
import type { StartOptions } from '../start-options.ts'
import { impossible, planLinks, type Pair } from './topology.ts'
import { linksProblem } from './topology-file.ts'

/** The links of a network as positions from 0. Throws a NetworkError when they cannot be had. */
export function plan({ topology, nodes, links, identities }: StartOptions, random: () => number): Pair[] {
  const step = `plan a ${topology} of ${nodes} nodes`
  const reason = impossible(topology, nodes)
  if (reason) throw new NetworkError({ step, ...reason })
  if (identities && identities.length !== nodes) {
    const cause = `there are ${identities.length} identities`
    throw new NetworkError({ step, cause, remedy: 'Provide one identity for each node' })
  }
  if (topology !== 'file' && links === undefined) return planLinks(topology, nodes, random)
  const problem = links === undefined ? 'there are no links' : linksProblem(nodes, links)
  if (problem !== undefined) throw new NetworkError({ step, cause: problem, remedy: 'Correct the links' })
  return links!.map(([a, b]) => [a - 1, b - 1] as const)
}

/** Who a node is, by its name: the seed of its key as hex. The same for the same `seed`; those of a saved network first. */
export function identities({ identities, seed }: StartOptions): (name: string) => string {
  return name =>
    identities?.[Number(name.slice(1)) - 1] ??
    (seed === undefined
      ? randomBytes(32).toString('hex')
      : createHash('sha256').update(`p2plab node ${seed} ${name}`).digest('hex'))
}
