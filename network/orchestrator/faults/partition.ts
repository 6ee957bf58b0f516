/**
 * Splits a network into parts that cannot talk to each other, and heals it. Without a firewall: each node is told whom it must not be
 * connected to, closes those connections and refuses new ones.
 */
import { now } from '../../clock.ts'
import type { Group } from '../../events.ts'
import { NetworkError } from '../../failure.ts'
import { liveNodes, type NetworkState } from '../../state.ts'
import type { Linking } from '../linking.ts'
import type { Members } from '../members.ts'
import type { EventRecord } from '../record.ts'
import { deniedPeers, separated } from '../separated.ts'
import { known } from '../../refusals.ts'

/** For connections to close on a machine that is very busy. Milliseconds. */
const SPLIT_DEADLINE_MS = 20_000
/** The name of the part with the nodes that no group names. */
const REST = 'rest'

export interface Partitioning {
  /** Nodes that no group names are one more part. Resolves when no connection crosses any more. */
  split(groups: readonly Group[]): Promise<void>
  /** Lets the nodes connect again and has them dial. Nothing happens when the network is whole. */
  heal(): void
}

export function createPartitioning(options: {
  record: EventRecord
  members: Members
  linking: Linking
}): Partitioning {
  const { record, members, linking } = options
  const tellAll = () => {
    for (const { name } of liveNodes(record.state)) {
      members.get(name)?.process.send({ type: 'deny', node: name, peers: deniedPeers(record.state, name) })
    }
  }
  return {
    async split(groups) {
      const all = complete(record.state, groups)
      record.add({ type: 'partitioned', at: now(), groups: all })
      linking.allChanged()
      tellAll()
      try {
        await record.until(state => crossing(state) === undefined, AbortSignal.timeout(SPLIT_DEADLINE_MS))
      } catch {
        const cause = `${crossing(record.state) ?? 'a connection'} was still open after ${SPLIT_DEADLINE_MS / 1000} s`
        throw new NetworkError({ step: 'split the network', cause, remedy: 'Heal it and try again' })
      }
    },
    heal() {
      if (!record.state.partition) return
      record.add({ type: 'healed', at: now() })
      tellAll()
      linking.allChanged()
    },
  }
}

/** The groups and, for who is in none, the rest. Throws a NetworkError. */
function complete(state: NetworkState, groups: readonly Group[]): Group[] {
  const refuse = (cause: string, remedy: string) =>
    new NetworkError({ step: 'split the network', cause, remedy })
  const seen = new Map<string, string>()
  for (const { name, nodes } of groups) {
    for (const node of nodes) {
      known(state, node)
      const first = seen.get(node)
      if (first !== undefined)
        throw refuse(
          `${node} is in ${first === name ? `${name} twice` : `${first} and in ${name}`}`,
          'Put each node in one group',
        )
      seen.set(node, name)
    }
  }
  const rest = Object.keys(state.nodes).filter(name => !seen.has(name))
  const all = [...groups, ...(rest.length > 0 ? [{ name: REST, nodes: rest }] : [])]
  if (all.length < 2) throw refuse('one group contains every node', 'Leave some out, or name a second group')
  return all
}

/** A connection between two parts, in words. */
function crossing(state: NetworkState): string | undefined {
  for (const n of liveNodes(state)) {
    if (n.paused) continue
    for (const peer of Object.keys(n.connections)) {
      const other = state.names[peer]
      if (other !== undefined && separated(state, n.name, other))
        return `the connection between ${n.name} and ${other}`
    }
  }
  return undefined
}
