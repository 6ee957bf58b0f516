/**
 * The orchestrator of one local network: starts nodes, tells them whom to dial, notices what happens to them, and
 * derives everything it knows from the events they report. It never imports libp2p.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { now } from '../clock.ts'
import type { NetworkEvent } from '../events.ts'
import { NetworkError } from '../failure.ts'
import type { LearnerProgram } from '../program-node.ts'
import { seededRandom } from '../random.ts'
import { liveNodes } from '../state.ts'
import { orShortage } from './descriptors.ts'
import { chooseDiscovery, type DiscoveryChoice } from './discovery.ts'
import { createChurn } from './faults/churn.ts'
import { createFaultyLinks } from './faults/faulty-links.ts'
import { HARM_PER_SECOND, LIMIT_PER_SECOND } from '../limits.ts'
import { limitPublishers, tellOfSpammer } from './faults/hostility.ts'
import { createPartitioning } from './faults/partition.ts'
import { createPausing } from './faults/pausing.ts'
import { openEndpoint, type MetricsEndpoint } from './metrics/endpoint.ts'
import { gather } from './metrics/gather.ts'
import { createLinking } from './linking.ts'
import { createLinks } from './links.ts'
import { createMembers } from './members.ts'
import type { Network } from './network-api.ts'
import { createNodeLifecycle, type CommonSpec } from './node-lifecycle.ts'
import { networkDefinition } from './network-definition.ts'
import type { NodeProcess } from './node-process.ts'
import { createPublisher } from './publisher.ts'
import { PRODUCTION_PATIENCE_MS } from './production.ts'
import { createProgramConnections } from './program-connections.ts'
import { createProgramDeliveries } from './program-deliveries.ts'
import {
  assertProgramOptions,
  createProgramNetwork,
  PROGRAM_PATIENCE_MS,
  refuseNewcomer,
  type ProgramNetwork,
} from './program-network.ts'
import { goalOf, startFailure, untilReady } from './readiness.ts'
import { createRecord } from './record.ts'
import { createSharing, planSharing } from './sharing.ts'
import { known, knownAndAwake, knownAndUp, needNetwork } from '../refusals.ts'
import { startEvents } from './start-events.ts'
import { settle } from './settle.ts'
import { meshProblem } from './mesh-feasibility.ts'
import { identities, plan } from './plan.ts'

/** Up to this many nodes get a process each, so that a learner can find a node's pid and kill it. Above, one process per core. */
const MAX_OWN_PROCESS = 12
const processesOf = (nodes: number): number =>
  nodes <= MAX_OWN_PROCESS ? nodes : Math.min(nodes, availableParallelism())
/** So long, in milliseconds, processes wait for a start. */
const PREPARED_MS = 60_000
const TOPIC = 'p2plab/broadcast'
/** Ten nodes take 2 s on two idle cores, 200 take 7 s; this allows for a machine that is ten times as busy. A start can be cancelled. */
const defaultStartDeadlineMs = (nodes: number) => 60_000 + nodes * 500

/** For a network that was healthy to become so again. Milliseconds. */
const READY_MS = 60_000

export type { Network } from './network-api.ts'

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

  let common: CommonSpec = {}
  let endpoint: MetricsEndpoint | undefined
  let program: ProgramNetwork | undefined
  let derived = derivedOf(undefined)

  const { add } = record
  const members = createMembers({
    dist,
    kind: () => (program ? 'program-node' : 'node'),
    derived: event => derived(event),
    record,
    answered(message) {
      if (message.type === 'joined' || message.type === 'join-failed') sharing.answered(message)
      else if (message.type === 'doors') {
        const doors = program?.opened(message.node, message.doors) ?? {}
        for (const process of members.processes) process.send({ type: 'doors', doors })
      } else publisher.answered(message)
    },
    left(name, cause) {
      pausing.forget(name)
      publisher.failed(name, cause)
      linking.neighboursChanged(name)
    },
  })
  const linking = createLinking({
    record,
    members,
    links,
    isAssigned: () => choice.discovery === 'assigned',
    dials: (name, other) =>
      program?.dials(name, other) ?? links.dials(name, other, each => record.state.nodes[each]?.peerId),
    through: (name, other) => faultyLinks.through(name, other),
    faults: (name, other) => faultyLinks.inPlace(name, other),
    remote: name => sharing.links(name),
  })
  const sharing = createSharing({ record, members, send: name => linking.send(name) })
  const faultyLinks = createFaultyLinks({
    record,
    links,
    linking: () => linking,
    isInPlace: () => program?.program.carrier === 'udp',
  })
  const partitioning = createPartitioning({ record, members, linking })
  const pausing = createPausing({ record, members })

  /** Only gossipsub has a mesh. */
  const goal = () => (program ? program.goal : goalOf(links))
  const nodes = createNodeLifecycle({
    record,
    members,
    links,
    linking,
    pausing,
    plan: () => ({ common, choice, identity, random, topic: TOPIC, goal: goal(), program }),
  })
  const churn = createChurn({ record, kill: name => nodes.end(name, 'kill'), restart: nodes.restart })

  const waitReady: Network['waitReady'] = async ({ withinMs = READY_MS } = {}) => {
    needNetwork(record.state)
    await settle({
      record,
      members,
      links,
      goal: goal(),
      handsOff: common.production === true || program !== undefined,
      withinMs,
    })
  }

  const closeEndpoint = async () => {
    const open = endpoint
    endpoint = undefined
    await open?.close()
  }
  const stopAll = async () => {
    const { phase } = record.state
    if (members.processes.size === 0 && phase !== 'starting' && phase !== 'ready') return
    add({ type: 'network-stopping', at: now() })
    await closeEndpoint()
    sharing.end()
    churn.abandon()
    const paused = liveNodes(record.state).filter(n => n.paused)
    await Promise.all(paused.map(n => pausing.resume(n.name).catch(() => undefined)))
    await members.endAll()
    await churn.done()
    // Churn may have been starting a node.
    await members.endAll()
    await faultyLinks.close()
    program?.end()
    add({ type: 'network-stopped', at: now() })
  }

  let patience: NodeJS.Timeout | undefined
  const endPrepared = () => {
    clearTimeout(patience)
    members.endPrepared()
  }
  const prepare: Network['prepare'] = nodes => {
    clearTimeout(patience)
    patience = setTimeout(members.endPrepared, PREPARED_MS).unref()
    return {
      pids: members.prepare(processesOf(nodes), processesOf(nodes) === nodes).flatMap(({ pid }) => pid ?? []),
    }
  }

  const start: Network['start'] = async (options, { startedAt = now(), signal } = {}) => {
    const { seed = randomInt(2 ** 32) } = options
    const planRandom = seededRandom(seed)
    const pairs = plan(options, planRandom)
    if (options.program) assertProgramOptions(options)
    const { host, code } = planSharing(options)
    await stopAll()
    program = undefined
    derived = derivedOf(options.program)
    endpoint =
      options.metrics && (await openEndpoint(options.metrics.port ?? 0, () => gather(record, members)))

    random = planRandom
    common = {
      ...(options.production && { production: true }),
      ...(endpoint && { metrics: true }),
      ...(host !== undefined && { host }),
      ...(options.limitPerSecond !== undefined && { limitPerSecond: options.limitPerSecond }),
    }
    identity = identities(options)
    const names = Array.from({ length: options.nodes }, (_, i) => `n${i + 1}`)
    links.plan(pairs, names)
    program = options.program && createProgramNetwork(options.program, links)

    // Processes take longest, so they start while multicast is probed.
    const count = program ? options.nodes : processesOf(options.nodes)
    let pool: NodeProcess[] = []
    try {
      pool = Array.from({ length: count }, () => members.startProcess(count === options.nodes))
      endPrepared()
      choice = await chooseDiscovery(program ? 'assigned' : options.discovery, options.nodes)
    } catch (error) {
      for (const process of members.processes) process.kill()
      program?.end()
      await closeEndpoint()
      throw orShortage(error)
    }
    add(
      ...startEvents({
        at: startedAt,
        network: `p2plab-${seed}`,
        topic: TOPIC,
        options,
        choice,
        metricsUrl: endpoint?.url,
        host,
        meshProblem: program ? undefined : meshProblem(links.all),
      }),
    )

    const deadlineMs = startDeadlineMs(options.nodes)
    const deadline = AbortSignal.any([AbortSignal.timeout(deadlineMs), ...(signal ? [signal] : [])])
    try {
      names.forEach((name, i) =>
        nodes.start(name, { process: pool[i % pool.length]!, degree: links.neighbours(name).size }),
      )
      await untilReady({
        record,
        linking,
        names,
        deadline,
        goal: goal(),
        patience: program
          ? { ms: PROGRAM_PATIENCE_MS, why: 'That is up to your program' }
          : common.production
            ? { ms: PRODUCTION_PATIENCE_MS, why: 'This is expected with production values' }
            : undefined,
      })
      if (host !== undefined) sharing.share(host)
      if (code) await sharing.join(code, deadline)
    } catch (error) {
      const failure = startFailure(error, { record, cancelled: signal?.aborted === true, deadlineMs })
      await stopAll()
      throw failure
    }
    const at = now()
    const readyMs = Math.round(at - startedAt)
    add({ type: 'network-ready', at, readyMs })
    return { readyMs, discovery: choice.discovery }
  }

  return {
    get state() {
      return record.state
    },
    subscribe: record.subscribe,
    start,
    prepare,
    endPrepared,
    stopAll,
    addNode: () => nodes.add(),
    async stopNode(node) {
      knownAndUp(record.state, node)
      await nodes.end(node, 'stop')
    },
    async killNode(node) {
      known(record.state, node)
      if (!members.isUp(node)) knownAndUp(record.state, node)
      await nodes.end(node, 'kill')
    },
    restartNode: nodes.restart,
    waitReady,
    async broadcast({ node, text, size }) {
      needNetwork(record.state)
      const able = liveNodes(record.state).filter(n => !n.paused && !n.hostile)
      const from = node ?? able[randomInt(Math.max(1, able.length))]?.name
      if (from === undefined) {
        throw new NetworkError({
          step: 'broadcast',
          cause: 'no node is running',
          remedy: 'Add or restart one',
        })
      }
      knownAndAwake(record.state, from)
      const data = text === undefined ? randomBytes(size ?? 32) : Buffer.from(text, 'utf8')
      const message = await publisher.publish(from, data, members.get(from)!.process)
      return { node: from, message }
    },
    pauseNode: pausing.pause,
    resumeNode: pausing.resume,
    async partition(groups) {
      needNetwork(record.state)
      await partitioning.split(groups)
    },
    async heal() {
      needNetwork(record.state)
      partitioning.heal()
      await waitReady()
    },
    async setLinkFault(a, b, faults) {
      needNetwork(record.state)
      await faultyLinks.set(a, b, faults)
    },
    clearLinkFault: faultyLinks.clear,
    startChurn(options) {
      needNetwork(record.state)
      churn.start(options)
    },
    stopChurn: churn.stop,
    churnDone: churn.done,
    async addHostile(kind, perSecond = HARM_PER_SECOND[kind]) {
      needNetwork(record.state)
      if (program) refuseNewcomer()
      if (kind === 'spam' && common.limitPerSecond === undefined) {
        common = { ...common, limitPerSecond: LIMIT_PER_SECOND }
        limitPublishers(members)
      }
      const added = await nodes.add({ kind, perSecond })
      if (kind === 'spam') tellOfSpammer(record, added.node)
      return added
    },
    note: add,
    definition: () => networkDefinition(record.state, members, links),
    usage: members.usage,
    log(node) {
      known(record.state, node)
      return [...(members.get(node)?.process.log ?? [])]
    },
  }
}

/** What follows from the events of nodes: only those of a learner's network leave something to be said. */
function derivedOf(program: LearnerProgram | undefined): (event: NetworkEvent) => NetworkEvent[] {
  if (!program) return event => [event]
  const deliveries = createProgramDeliveries(TOPIC)
  if (program.dials !== 'found' || program.carrier === 'udp') return deliveries
  const connections = createProgramConnections()
  return event => connections(event).flatMap(deliveries)
}
