/** What is different about a network whose nodes are copies of a learner's program. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { NetworkError } from '../failure.ts'
import { programPeer, type Doors, type LearnerProgram } from '../program-node.ts'
import type { NodeSpec } from '../node-messages.ts'
import type { StartOptions } from '../start-options.ts'
import type { Links } from './links.ts'
import type { Goal } from './readiness.ts'

/** Each is a process with a process of the program's beside it. */
const MAX_PROGRAM_NODES = 20
/** A learner's program may never connect: the network then goes on as it is. Milliseconds. */
export const PROGRAM_PATIENCE_MS = 10_000

/** Throws a NetworkError for options that mean nothing to a learner's program. */
export function assertProgramOptions({
  nodes,
  discovery,
  production,
  share,
  join,
  metrics,
  limitPerSecond,
  program,
  topology,
}: StartOptions): void {
  const step = "start a network of your program's nodes"
  if (program?.dials === 'found' && topology !== 'full')
    throw new NetworkError({
      step,
      cause: `the nodes of exercise ${program.exercise} find each other, and a ${topology} of them was asked for`,
      remedy: 'Use the topology full: any of them may link to any other',
    })
  if (nodes > MAX_PROGRAM_NODES)
    throw new NetworkError({
      step,
      cause: `${nodes} nodes would be ${2 * nodes} processes`,
      remedy: `Use at most ${MAX_PROGRAM_NODES} nodes`,
    })
  const given = {
    'mDNS discovery': discovery === 'mdns',
    'production values': production,
    sharing: share,
    joining: join,
    metrics,
    'a limit per publisher': limitPerSecond,
  }
  const wrong = Object.entries(given).find(([, value]) => value !== undefined && value !== false)?.[0]
  if (wrong !== undefined)
    throw new NetworkError({ step, cause: `${wrong} is for libp2p nodes`, remedy: 'Leave it out' })
}

export interface ProgramNetwork {
  readonly program: LearnerProgram
  /** What can be waited for: nodes that find each other need not all meet. */
  readonly goal: Goal
  /** Whether `name` dials `other`, which is its neighbor. */
  dials(name: string, other: string): boolean
  specOf(name: string): NonNullable<NodeSpec['program']>
  /** The links of a node are open: what is known of the links of all. */
  opened(name: string, doors: Doors[string]): Doors
  /** Removes what the nodes have stored. */
  end(): void
}

/** Makes a folder for what the nodes store; `end` removes it. */
export function createProgramNetwork(program: LearnerProgram, links: Links): ProgramNetwork {
  const doors: Doors = {}
  const folder = mkdtempSync(path.join(tmpdir(), 'p2plab-run-'))
  const dials = (name: string, other: string) =>
    program.dials !== 'one' || programPeer(name) < programPeer(other)
  return {
    program,
    goal: program.dials === 'found' ? 'met' : 'links',
    dials,
    specOf: name => ({
      ...program,
      nodes: [...links.all.keys()],
      dialed: [...links.neighbours(name)].filter(other => dials(name, other)),
      dataDir: path.join(folder, name),
    }),
    opened(name, opened) {
      doors[name] = opened
      return doors
    },
    end: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  }
}

/** Throws: its nodes know their peers from the start. */
export function refuseNewcomer(): never {
  throw new NetworkError({
    step: 'add a node',
    cause: "your program's nodes get their peers when they start",
    remedy: 'Stop the network and start it with more nodes',
  })
}
