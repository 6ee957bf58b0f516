/**
 * The topology of a running network: which nodes should be linked, and which of the two dials.
 *
 * Links to a node that is down are remembered, so that a restart brings them back.
 */
import type { Plan } from '../events.ts'
import { neighboursOfNewcomer, type Pair } from './topology.ts'

export interface Links {
  /** Takes the links among the nodes a network starts with, as positions in `names`. */
  plan(pairs: readonly Pair[], names: readonly string[]): void
  /** Links a newcomer to some of `existing`. */
  join(topology: Plan, name: string, existing: readonly string[], random: () => number): void
  neighbours(name: string): ReadonlySet<string>
  /** Every node with its neighbours. */
  readonly all: ReadonlyMap<string, ReadonlySet<string>>
  /** From now on `name` dials on all its links: it has just come up, and knows where the others are before they know where it is. */
  dialsAll(name: string): void
  /** Whether `name` is the one of the two that dials. */
  dials(name: string, other: string, peerIdOf: (name: string) => string | undefined): boolean
}

export function createLinks(): Links {
  const neighbours = new Map<string, Set<string>>()
  /** Link → the end that dials; when missing, the one with the lower peer id, so that both do not dial at once. */
  const diallers = new Map<string, string>()
  const key = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`)
  const of = (name: string) => {
    const found = neighbours.get(name) ?? new Set<string>()
    neighbours.set(name, found)
    return found
  }
  const link = (a: string, b: string) => {
    of(a).add(b)
    of(b).add(a)
  }
  const dialsAll = (name: string) => {
    for (const other of of(name)) diallers.set(key(name, other), name)
  }
  return {
    plan(pairs, names) {
      neighbours.clear()
      diallers.clear()
      for (const [a, b] of pairs) link(names[a]!, names[b]!)
    },
    join(topology, name, existing, random) {
      for (const other of existing.length > 0 ? neighboursOfNewcomer(topology, existing, random) : [])
        link(name, other)
      dialsAll(name)
    },
    neighbours: of,
    all: neighbours,
    dialsAll,
    dials(name, other, peerIdOf) {
      const dialler = diallers.get(key(name, other))
      if (dialler) return dialler === name
      const [mine, theirs] = [peerIdOf(name), peerIdOf(other)]
      return mine !== undefined && theirs !== undefined && mine < theirs
    },
  }
}
