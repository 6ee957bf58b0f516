/** What makes a running network this one: who its nodes are and how they are linked. */
import type { SavedNetwork } from '../saved-networks.ts'
import type { NetworkState } from '../state.ts'
import type { Links } from './links.ts'
import type { Members } from './members.ts'

export type NetworkDefinition = Omit<SavedNetwork, 'p2pnetwork' | 'savedAt' | 'name'>

/** All nodes but the hostile ones, numbered anew from 1 where some are left out. */
export function networkDefinition(state: NetworkState, members: Members, links: Links): NetworkDefinition {
  const names = members.names.filter(name => members.get(name)?.spec.hostile === undefined)
  const numbers = new Map(names.map((name, i) => [name, i + 1]))
  const specs = names.map(name => members.get(name)!.spec)
  const { production, limitPerSecond } = specs[0] ?? {}
  return {
    topology: state.topology,
    discovery: state.discovery,
    ...(production === undefined ? {} : { production }),
    ...(limitPerSecond === undefined ? {} : { limitPerSecond }),
    identities: specs.map(spec => spec.seed),
    links: names.flatMap(name =>
      [...links.neighbours(name)].flatMap((other): [number, number][] => {
        const [a, b] = [numbers.get(name)!, numbers.get(other)]
        return b !== undefined && a < b ? [[a, b]] : []
      }),
    ),
  }
}
