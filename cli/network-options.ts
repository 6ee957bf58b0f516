/** The options that `network up` and `broadcast` share. */
import { DISCOVERIES, TOPOLOGIES } from '../network/events.ts'
import { MAX_NODES, type StartOptions } from '../network/protocol.ts'
import { MAX_MDNS_NODES } from '../network/orchestrator/discovery.ts'
import { impossible } from '../network/orchestrator/topology.ts'
import { integer, oneOf } from './arguments.ts'
import { UsageError, type Arguments, type Option } from './command.ts'

const DEFAULT_NODES = 10

export const networkOptions: Readonly<Record<string, Option>> = {
  nodes: {
    type: 'string',
    value: 'N',
    description: `How many nodes, 1 to ${MAX_NODES}. Default: ${DEFAULT_NODES}.`,
  },
  topology: {
    type: 'string',
    value: 'T',
    description: `Who is linked to whom: ${TOPOLOGIES.join(', ')}. Default: random.`,
  },
  discovery: {
    type: 'string',
    value: 'D',
    description: `How nodes find each other: mdns (up to ${MAX_MDNS_NODES} nodes) or assigned addresses. Default: mdns where it works.`,
  },
  seed: {
    type: 'string',
    value: 'N',
    description: 'Repeats the same identities and the same random topology.',
  },
  json: { type: 'boolean', description: 'Print one JSON object on standard output and nothing else.' },
}

/** Throws UsageError. */
export function readNetworkOptions(values: Arguments['values']): StartOptions {
  const nodes = integer(values, 'nodes', 1, MAX_NODES) ?? DEFAULT_NODES
  const topology = oneOf(values, 'topology', TOPOLOGIES) ?? 'random'
  const discovery = oneOf(values, 'discovery', DISCOVERIES)
  const seed = integer(values, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const reason = impossible(topology, nodes)
  if (reason) throw new UsageError(`Not possible: ${reason.cause}. ${reason.remedy}.`)
  if (discovery === 'mdns' && nodes > MAX_MDNS_NODES) {
    throw new UsageError(
      `--discovery mdns takes at most ${MAX_MDNS_NODES} nodes, not ${nodes}: everyone answers everyone.`,
    )
  }
  return { nodes, topology, ...(discovery && { discovery }), ...(seed !== undefined && { seed }) }
}
