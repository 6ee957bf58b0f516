/**
 * The orchestrator of one local network: starts nodes, tells them whom to dial, notices what happens to them, and
 * derives everything it knows from the events they report. It never imports libp2p.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { now } from '../clock.ts'
import { NetworkError } from '../failure.ts'
import type { NodeSpec } from '../node-messages.ts'
import { seededRandom } from '../random.ts'
import { liveNodes } from '../state.ts'
import { orShortage } from './descriptors.ts'
import { chooseDiscovery, type DiscoveryChoice } from './discovery.ts'
import { createChurn } from './faults/churn.ts'
import { createFaultyLinks } from './faults/faulty-links.ts'
import { HARM_PER_SECOND, LIMIT_PER_SECOND, limitPublishers } from './faults/hostility.ts'
import { createPartitioning } from './faults/partition.ts'
import { createPausing } from './faults/pausing.ts'
import { untilJoined } from './joining.ts'
import { openEndpoint, type MetricsEndpoint } from './metrics/endpoint.ts'
import { gather } from './metrics/gather.ts'
import { createLinking } from './linking.ts'
import { createLinks } from './links.ts'
import { createMembers } from './members.ts'
import type { Network } from './network-api.ts'
import type { NodeProcess } from './node-process.ts'
import { portrait } from './portrait.ts'
import { createPublisher } from './publisher.ts'
import { PRODUCTION_NOTICE, PRODUCTION_PATIENCE_MS } from './production.ts'
import { startFailure, untilReady, type Goal } from './readiness.ts'
import { createRecord } from './record.ts'
import { createSharing, planSharing, sharedNotice } from './sharing.ts'
import { known, knownAndAwake, knownAndUp, needNetwork } from './refusals.ts'
import { settle } from './settle.ts'
import { strain } from './strain.ts'
import { identities, plan } from './plan.ts'

/** Up to this many nodes get a process each, so that a learner can find a node's pid and kill it. Above, one process per core. */
export const MAX_OWN_PROCESS = 12
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

  /** What all nodes of the network have in their specification. */
  let common: Pick<NodeSpec, 'production' | 'limitPerSecond' | 'metrics' | 'host'> = {}
  let endpoint: MetricsEndpoint | undefined

  const { add } = record
  const members = createMembers({
    dist,
    record,
    answered(message) {
      if (message.type === 'joined' || message.type === 'join-failed') sharing.answered(message)
      else publisher.answered(message)
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
    through: (name, other) => faultyLinks.through(name, other),
    remote: name => sharing.links(name),
  })
  const sharing = createSharing({ record, members, send: name => linking.send(name) })
  const faultyLinks = createFaultyLinks({ record, links, linking: () => linking })
  const partitioning = createPartitioning({ record, members, linking })
  const pausing = createPausing({ record, members })

  interface NodeStart {
    process?: NodeProcess
    /** Where the neighbours are not up yet. */
    degree?: number
    hostile?: NodeSpec['hostile']
  }
  const startNode = (name: string, { process, degree, hostile }: NodeStart = {}) => {
    const before = members.get(name)?.spec
    const harm = hostile ?? before?.hostile
    const spec: NodeSpec = {
      name,
      seed: before?.seed ?? identity(name),
      topic: TOPIC,
      ...common,
      ...(choice.mdns && { mdns: choice.mdns }),
      // Who joined dials it there again.
      ...(common.host !== undefined && portBefore(name)),
      ...(harm && { hostile: harm }),
    }
    members.startNode(spec, process ?? members.startProcess(), degree ?? linking.degree(name))
  }
  const portBefore = (name: string) => {
    const port = /\/tcp\/(\d+)/.exec(record.state.nodes[name]?.addresses[0] ?? '')?.[1]
    return port === undefined ? {} : { port: Number(port) }
  }
  const join = async (name: string, hostile?: NodeSpec['hostile']) => {
    startNode(name, hostile && { hostile })
    // A healthy network keeps a hostile node out of its mesh.
    const isHostile = members.get(name)?.spec.hostile !== undefined
    await untilJoined(name, { record, links, linking, goal: isHostile ? 'links' : goal() })
  }
  const addNode = async (hostile?: NodeSpec['hostile']) => {
    needNetwork(record.state)
    const existing = liveNodes(record.state)
      .filter(n => !n.hostile)
      .map(n => n.name)
    const number = Math.max(0, ...Object.keys(record.state.nodes).map(name => Number(name.slice(1)))) + 1
    const node = `n${number}`
    links.join(record.state.topology, node, existing, random)
    await join(node, hostile)
    return { node }
  }
  const endNode = async (name: string, how: 'stop' | 'kill') => {
    // A paused node cannot say goodbye.
    if (how === 'stop' && record.state.nodes[name]?.paused) await pausing.resume(name)
    await members.endNode(name, how)
  }
  const restartNode = async (name: string) => {
    needNetwork(record.state)
    known(record.state, name)
    await endNode(name, 'stop')
    await join(name)
  }
  const churn = createChurn({ record, kill: name => endNode(name, 'kill'), restart: restartNode })

  /** What a node that joins, and a network that starts, can get to. */
  const goal = (): Goal => (strain(links.all) === undefined ? 'mesh' : 'links')
  const waitReady: Network['waitReady'] = async ({ withinMs = READY_MS } = {}) => {
    needNetwork(record.state)
    await settle({ record, members, links, goal: goal(), handsOff: common.production === true, withinMs })
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
    add({ type: 'network-stopped', at: now() })
  }

  const start: Network['start'] = async (options, { startedAt = now(), signal } = {}) => {
    const { nodes, topology, seed = randomInt(2 ** 32) } = options
    const planRandom = seededRandom(seed)
    const pairs = plan(options, planRandom)
    const { host, code } = planSharing(options)
    await stopAll()
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
    const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`)
    links.plan(pairs, names)

    // Processes take longest, so they start while multicast is probed.
    const count = nodes <= MAX_OWN_PROCESS ? nodes : Math.min(nodes, availableParallelism())
    let pool: NodeProcess[] = []
    try {
      pool = Array.from({ length: count }, members.startProcess)
      choice = await chooseDiscovery(options.discovery, nodes)
    } catch (error) {
      for (const process of members.processes) process.kill()
      await closeEndpoint()
      throw orShortage(error)
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
    if (endpoint) add({ type: 'metrics-listening', at: now(), url: endpoint.url })
    if (host !== undefined) add({ type: 'notice', at: now(), level: 'warning', text: sharedNotice(host) })
    if (notice) add({ type: 'notice', at: now(), ...notice })
    if (common.production) add({ type: 'notice', at: now(), level: 'info', text: PRODUCTION_NOTICE })
    const strained = strain(links.all)
    if (strained) add({ type: 'notice', at: now(), level: 'warning', text: strained })

    const deadlineMs = startDeadlineMs(nodes)
    const deadline = AbortSignal.any([AbortSignal.timeout(deadlineMs), ...(signal ? [signal] : [])])
    try {
      names.forEach((name, i) =>
        startNode(name, { process: pool[i % pool.length]!, degree: links.neighbours(name).size }),
      )
      await untilReady({
        record,
        linking,
        names,
        deadline,
        goal: goal(),
        patienceMs: common.production ? PRODUCTION_PATIENCE_MS : undefined,
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
    return { readyMs, discovery }
  }

  return {
    get state() {
      return record.state
    },
    subscribe: record.subscribe,
    start,
    stopAll,
    addNode: () => addNode(),
    async stopNode(node) {
      knownAndUp(record.state, node)
      await endNode(node, 'stop')
    },
    async killNode(node) {
      known(record.state, node)
      if (!members.isUp(node)) knownAndUp(record.state, node)
      await endNode(node, 'kill')
    },
    restartNode,
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
    addHostile(kind, perSecond = HARM_PER_SECOND[kind]) {
      needNetwork(record.state)
      if (kind === 'spam' && common.limitPerSecond === undefined) {
        common = { ...common, limitPerSecond: LIMIT_PER_SECOND }
        limitPublishers(record, members)
      }
      return addNode({ kind, perSecond })
    },
    note: add,
    portrait: () => portrait(record.state, members, links),
    usage: members.usage,
    log(node) {
      known(record.state, node)
      return [...(members.get(node)?.process.log ?? [])]
    },
  }
}
