/**
 * The orchestrator of one local network: starts nodes, tells them whom to dial, notices what happens to them, and
 * derives everything it knows from the events they report. It never imports libp2p.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { now } from '../clock.ts'
import { NetworkError } from '../failure.ts'
import type { NodeSpec } from '../node-messages.ts'
import type { Results, StartOptions } from '../protocol.ts'
import { seededRandom } from '../random.ts'
import type { Usage } from '../usage.ts'
import { liveNodes, type NetworkState } from '../state.ts'
import { chooseDiscovery, type DiscoveryChoice } from './discovery.ts'
import { untilJoined } from './joining.ts'
import { createLinking } from './linking.ts'
import { createLinks } from './links.ts'
import { createMembers } from './members.ts'
import type { NodeProcess } from './node-process.ts'
import { createPublisher } from './publisher.ts'
import { startFailure, untilReady } from './readiness.ts'
import { createRecord, type EventListener } from './record.ts'
import { known, knownAndUp, needNetwork } from './refusals.ts'
import { strain } from './strain.ts'
import { impossible, planLinks, type Pair } from './topology.ts'
import { linksProblem } from './topology-file.ts'

/** Up to this many nodes get a process each, so that a learner can find a node's pid and kill it. Above, one process per core. */
export const MAX_OWN_PROCESS = 12
const TOPIC = 'p2plab/broadcast'
/** Ten nodes take 2 s on two idle cores, 200 take 7 s; this allows for a machine that is ten times as busy. A start can be cancelled. */
const defaultStartDeadlineMs = (nodes: number) => 60_000 + nodes * 500

export interface Network {
  readonly state: NetworkState
  subscribe(listener: EventListener): () => void
  /** Resolves when the network is ready. `startedAt` (clock.ts) is when the command was given: readyMs counts from there. */
  start(
    options: StartOptions,
    context?: { startedAt?: number; signal?: AbortSignal },
  ): Promise<Results['start']>
  addNode(): Promise<Results['addNode']>
  stopNode(node: string): Promise<void>
  killNode(node: string): Promise<void>
  /** Stops the node first when it runs. Keeps its identity. */
  restartNode(node: string): Promise<void>
  /** Resolves when the message is published, which is before it has arrived anywhere. */
  broadcast(options: { node?: string; text?: string; size?: number }): Promise<Results['broadcast']>
  /** Resolves when no process is left. */
  stopAll(): Promise<void>
  log(node: string): string[]
  /** Of all node processes together. */
  usage(): Promise<Usage>
}

export interface NetworkOptions {
  /** The folder with node.mjs. */
  dist: string
  /** How long a start may take, milliseconds. Default: 60 s and 0.5 s per node. */
  startDeadlineMs?: (nodes: number) => number
}

export function createNetwork({ dist, startDeadlineMs = defaultStartDeadlineMs }: NetworkOptions): Network {
  const record = createRecord()
  const links = createLinks()
  const publisher = createPublisher()
  let random = Math.random
  let choice: DiscoveryChoice = { discovery: 'assigned' }
  let identity: (name: string) => string = () => randomBytes(32).toString('hex')

  const { add } = record
  const members = createMembers({
    dist,
    record,
    answered: publisher.answered,
    left(name, cause) {
      publisher.failed(name, cause)
      linking.neighboursChanged(name)
    },
  })
  const linking = createLinking({
    record,
    members,
    links,
    isAssigned: () => choice.discovery === 'assigned',
  })

  const startNode = (name: string, process: NodeProcess, degree = linking.upNeighbours(name).length) => {
    const spec: NodeSpec = {
      name,
      seed: members.get(name)?.spec.seed ?? identity(name),
      topic: TOPIC,
      ...(choice.mdns ? { mdns: choice.mdns } : {}),
    }
    members.startNode(spec, process, degree)
  }

  /** What a node that joins, and a network that starts, can get to. */
  const goal = () => (strain(links.all) === undefined ? 'mesh' : 'links')

  const stopAll = async () => {
    const { phase } = record.state
    if (members.processes.size === 0 && phase !== 'starting' && phase !== 'ready') return
    add({ type: 'network-stopping', at: now() })
    await members.endAll()
    add({ type: 'network-stopped', at: now() })
  }

  const start: Network['start'] = async (options, { startedAt = now(), signal } = {}) => {
    const { nodes, topology, seed = randomInt(2 ** 32) } = options
    const planRandom = seededRandom(seed)
    const pairs = plan(options, planRandom)
    await stopAll()

    random = planRandom
    identity =
      options.seed === undefined
        ? () => randomBytes(32).toString('hex')
        : name => createHash('sha256').update(`p2plab node ${seed} ${name}`).digest('hex')
    const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`)
    links.plan(pairs, names)

    // Processes take longest, so they start while multicast is probed.
    const count = nodes <= MAX_OWN_PROCESS ? nodes : Math.min(nodes, availableParallelism())
    const pool = Array.from({ length: count }, members.startProcess)
    try {
      choice = await chooseDiscovery(options.discovery, nodes)
    } catch (error) {
      for (const process of pool) process.kill()
      throw error
    }
    const { discovery, notice } = choice
    add({
      type: 'network-started',
      at: startedAt,
      network: `p2plab-${seed}`,
      requested: nodes,
      topology,
      discovery,
      topic: TOPIC,
    })
    if (notice) add({ type: 'notice', at: now(), ...notice })
    const strained = strain(links.all)
    if (strained) add({ type: 'notice', at: now(), level: 'warning', text: strained })

    const deadlineMs = startDeadlineMs(nodes)
    const deadline = AbortSignal.any([AbortSignal.timeout(deadlineMs), ...(signal ? [signal] : [])])
    try {
      names.forEach((name, i) => startNode(name, pool[i % pool.length]!, links.neighbours(name).size))
      await untilReady({ record, linking, names, deadline, goal: goal() })
    } catch (error) {
      const failure = startFailure(error, { record, cancelled: signal?.aborted === true, deadlineMs })
      await stopAll()
      throw failure
    }
    const at = now()
    const readyMs = Math.round(at - startedAt)
    add({ type: 'network-ready', at, readyMs })
    return { readyMs, discovery }
  }

  return {
    get state() {
      return record.state
    },
    subscribe: record.subscribe,
    start,
    stopAll,
    async addNode() {
      needNetwork(record.state)
      const existing = liveNodes(record.state).map(n => n.name)
      const number = Math.max(0, ...Object.keys(record.state.nodes).map(name => Number(name.slice(1)))) + 1
      const node = `n${number}`
      links.join(record.state.topology, node, existing, random)
      startNode(node, members.startProcess())
      await untilJoined(node, { record, links, linking, goal: goal() })
      return { node }
    },
    async stopNode(node) {
      knownAndUp(record.state, node)
      await members.endNode(node, 'stop')
    },
    async killNode(node) {
      known(record.state, node)
      if (!members.isUp(node)) knownAndUp(record.state, node)
      await members.endNode(node, 'kill')
    },
    async restartNode(node) {
      needNetwork(record.state)
      known(record.state, node)
      await members.endNode(node, 'stop')
      startNode(node, members.startProcess())
      await untilJoined(node, { record, links, linking, goal: goal() })
    },
    async broadcast({ node, text, size }) {
      needNetwork(record.state)
      const live = liveNodes(record.state)
      const from = node ?? live[randomInt(Math.max(1, live.length))]?.name
      if (from === undefined) {
        throw new NetworkError({
          step: 'broadcast',
          cause: 'no node is running',
          remedy: 'Add or restart one',
        })
      }
      knownAndUp(record.state, from)
      const data = text === undefined ? randomBytes(size ?? 32) : Buffer.from(text, 'utf8')
      const message = await publisher.publish(from, data, members.get(from)!.process)
      return { node: from, message }
    },
    usage: members.usage,
    log(node) {
      known(record.state, node)
      return [...(members.get(node)?.process.log ?? [])]
    },
  }
}

/** The links of a network as positions from 0. Throws a NetworkError when they cannot be had. */
function plan({ topology, nodes, links }: StartOptions, random: () => number): Pair[] {
  const step = `plan a ${topology} of ${nodes} nodes`
  const reason = impossible(topology, nodes)
  if (reason) throw new NetworkError({ step, ...reason })
  if (topology !== 'file') return planLinks(topology, nodes, random)
  const problem = links === undefined ? 'there are no links' : linksProblem(nodes, links)
  if (problem !== undefined) throw new NetworkError({ step, cause: problem, remedy: 'Correct the links' })
  return links!.map(([a, b]) => [a - 1, b - 1] as const)
}
