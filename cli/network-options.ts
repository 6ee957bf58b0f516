/** The options that `network up` and `broadcast` share. */
import { DISCOVERIES, TOPOLOGIES, type Topology } from '../network/events.ts'
import { MAX_NODES } from '../network/limits.ts'
import type { StartOptions } from '../network/start-options.ts'
import { MAX_MDNS_NODES } from '../network/orchestrator/discovery.ts'
import { failureText } from '../network/file-problem.ts'
import { impossible } from '../network/orchestrator/topology.ts'
import { parseTopologyFile, type WrittenTopology } from '../network/orchestrator/topology-file.ts'
import { readWrittenSync, WrongEncoding } from '../network/written-text.ts'
import { cut, integer, oneOf, quoted, string } from './arguments.ts'
import { UsageError, type Arguments, type Option } from './command.ts'

const DEFAULT_NODES = 10
/** Of a learner's program. */
const PROGRAM_NODES = 5

export const networkOptions: Readonly<Record<string, Option>> = {
  nodes: {
    type: 'string',
    value: 'N',
    description: `Number of nodes, 1 to ${MAX_NODES}. Default: ${DEFAULT_NODES}.`,
  },
  topology: {
    type: 'string',
    value: 'T',
    description: `Topology: ${TOPOLOGIES.join(', ')}, or file:PATH for links from a JSON file. Default: random.`,
  },
  discovery: {
    type: 'string',
    value: 'D',
    description: `How nodes find each other: mdns (up to ${MAX_MDNS_NODES} nodes) or assigned addresses. Default: mdns if it works.`,
  },
  seed: {
    type: 'string',
    value: 'N',
    description: 'Seed for the identities and the random topology.',
  },
  'production-values': {
    type: 'boolean',
    description:
      'Use the defaults of libp2p and gossipsub for the internet, to see how they behave on one machine.',
  },
  json: { type: 'boolean', description: 'Print one JSON object on standard output and nothing else.' },
}

/** Throws UsageError. */
export function readNetworkOptions(values: Arguments['values']): StartOptions {
  const asked = integer(values, 'nodes', 1, MAX_NODES)
  const { topology, written } = readTopology(values)
  if (written && asked !== undefined && asked !== written.nodes)
    throw new UsageError(
      `--nodes ${asked} does not match the file, which has ${written.nodes} nodes. Leave out --nodes.`,
    )
  const nodes = written?.nodes ?? asked ?? (values['program'] === undefined ? DEFAULT_NODES : PROGRAM_NODES)
  const discovery = oneOf(values, 'discovery', DISCOVERIES)
  const seed = integer(values, 'seed', 0, Number.MAX_SAFE_INTEGER)
  const reason = impossible(topology, nodes)
  if (reason) throw new UsageError(`Not possible: ${reason.cause}. ${reason.remedy}.`)
  if (discovery === 'mdns' && nodes > MAX_MDNS_NODES) {
    throw new UsageError(
      `--discovery mdns supports at most ${MAX_MDNS_NODES} nodes, not ${nodes}, because every node answers every other node.`,
    )
  }
  return {
    nodes,
    topology,
    ...(written && { links: written.links }),
    ...(values['production-values'] === true && { production: true }),
    ...(discovery && { discovery }),
    ...(seed !== undefined && { seed }),
  }
}

const FILE = 'file:'

function readTopology(values: Arguments['values']): {
  topology: Topology | 'file'
  written?: WrittenTopology
} {
  const text = string(values, 'topology') ?? 'random'
  const named = TOPOLOGIES.find(known => known === text)
  if (named) return { topology: named }
  if (!text.startsWith(FILE)) {
    const accepted = `${TOPOLOGIES.join(', ')} or file:PATH`
    throw new UsageError(`--topology must be one of ${accepted}, not ${quoted(text)}.`)
  }
  const written = parseTopologyFile(read(text.slice(FILE.length)))
  if ('problem' in written) throw new UsageError(`--topology ${cut(text)}: ${cut(written.problem)}.`)
  return { topology: 'file', written }
}

function read(file: string): string {
  try {
    return readWrittenSync(file)
  } catch (error) {
    const problem =
      error instanceof WrongEncoding ? error.message : failureText('could not read the file', error)
    throw new UsageError(`--topology file:${cut(file)}: ${problem}.`)
  }
}
