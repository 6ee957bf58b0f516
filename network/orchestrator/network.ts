/**
 * The orchestrator of one local network: starts nodes, tells them whom to dial, notices what happens to them, and
 * derives everything it knows from the events they report. It never imports libp2p.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { now } from '../clock.ts'
import type { NetworkEvent } from '../events.ts'
import { NetworkError } from '../failure.ts'
import type { NodeSpec } from '../node-messages.ts'
import type { Results, StartOptions } from '../protocol.ts'
import { seededRandom } from '../random.ts'
import type { Usage } from '../usage.ts'
import { D_LOW, isHealthy, liveNodes, unhealthy, type NetworkState, type NodeState } from '../state.ts'
import { chooseDiscovery, type DiscoveryChoice } from './discovery.ts'
import { createLinks } from './links.ts'
import { startNodeProcess, type NodeProcess } from './node-process.ts'
import { createPublisher } from './publisher.ts'
import { createRecord, type EventListener } from './record.ts'
import { impossible } from './topology.ts'

/** Up to this many nodes get a process each, so that a learner can find a node's pid and kill it. Above, one process per core. */
export const MAX_OWN_PROCESS = 12
const TOPIC = 'p2plab/broadcast'
/** Ten nodes take 2 s on two idle cores, 200 take 7 s; this allows for a machine that is ten times as busy. A start can be cancelled. */
const defaultStartDeadlineMs = (nodes: number) => 60_000 + nodes * 500
/** An operation on one node. */
const NODE_DEADLINE_MS = 40_000
/** When all nodes listen and one has still not discovered a peer it needs, it is told the address. */
const DISCOVERY_DEADLINE_MS = 10_000
/** A node that does not stop in good order within this is killed. */
const STOP_DEADLINE_MS = 8_000

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

interface Member {
  spec: NodeSpec
  process: NodeProcess
  /** What we asked for; an end that nobody asked for is a crash. */
  asked?: 'stop' | 'kill'
  /** Still there, as far as we know. */
  running: boolean
}

export interface NetworkOptions {
  /** The folder with node.mjs. */
  dist: string
  /** How long a start may take, milliseconds. Default: 60 s and 0.5 s per node. */
  startDeadlineMs?: (nodes: number) => number
}

export function createNetwork({ dist, startDeadlineMs = defaultStartDeadlineMs }: NetworkOptions): Network {
  const record = createRecord()
  const members = new Map<string, Member>()
  const processes = new Set<NodeProcess>()
  const links = createLinks()
  const publisher = createPublisher()
  let random = Math.random
  let choice: DiscoveryChoice = { discovery: 'assigned' }
  let identity: (name: string) => string = () => randomBytes(32).toString('hex')

  const add = (...events: NetworkEvent[]) => record.add(...events)
  const isListening = (name: string) => record.state.nodes[name]?.phase === 'listening'
  const peerIdOf = (name: string) => record.state.nodes[name]?.peerId
  const isUp = (name: string) => members.get(name)?.running === true
  const upNeighbours = (name: string) => [...links.neighbours(name)].filter(isUp)

  // ---- Links ----------------------------------------------------------------------------------------------

  /** Tells a node whom to dial: its listening neighbours, where it is the one that dials. */
  const sendLinks = (name: string, withAddresses = choice.discovery === 'assigned') => {
    const member = members.get(name)
    if (!member?.running || !isListening(name)) return
    const peers = upNeighbours(name).filter(other => isListening(other) && links.dials(name, other, peerIdOf))
    member.process.send({
      type: 'links',
      node: name,
      links: peers.map(other => {
        const { peerId = '', addresses } = record.state.nodes[other]!
        return withAddresses ? { peer: peerId, addresses: [...addresses] } : { peer: peerId }
      }),
    })
  }
  /** After a node came or went: the degrees of its neighbours, and whom they dial. */
  const neighboursChanged = (name: string) => {
    if (record.state.phase === 'stopping') return
    for (const other of upNeighbours(name)) {
      const degree = upNeighbours(other).length
      if (record.state.nodes[other]?.degree !== degree)
        add({ type: 'node-degree', at: now(), node: other, degree })
      sendLinks(other)
    }
  }

  // ---- Processes ------------------------------------------------------------------------------------------

  const namesIn = (process: NodeProcess) =>
    [...members].filter(([, m]) => m.process === process && m.running).map(([name]) => name)

  const startProcess = (): NodeProcess => {
    const process = startNodeProcess(dist, {
      events: events => add(...events),
      message(message) {
        switch (message.type) {
          case 'published':
          case 'publish-failed':
            return publisher.answered(message)
          case 'ended':
            return ended(message.node)
          case 'failed': {
            const { node, step, cause } = message
            return crashed(node, step, cause)
          }
        }
      },
      exit(how) {
        processes.delete(process)
        for (const name of namesIn(process)) {
          if (members.get(name)?.asked) ended(name)
          else crashed(name, isListening(name) ? 'run' : 'start the node process', how)
        }
      },
    })
    processes.add(process)
    return process
  }

  /** A node is gone as we asked. */
  const ended = (name: string) => {
    const member = members.get(name)
    if (!member?.running) return
    member.running = false
    if (member.asked === 'kill') {
      add({
        type: 'node-killed',
        at: now(),
        node: name,
        how: processes.has(member.process) ? 'sockets' : 'SIGKILL',
      })
    } else {
      add({ type: 'node-stopped', at: now(), node: name })
    }
    left(name, member, 'it ended')
  }
  const crashed = (name: string, step: string, cause: string) => {
    const member = members.get(name)
    if (!member?.running) return
    member.running = false
    const log = member.process.log.slice(-20)
    const remedy = 'Restart the node; the rest of the network goes on'
    add({ type: 'node-crashed', at: now(), node: name, step, cause, remedy, log })
    left(name, member, cause)
  }
  const left = (name: string, member: Member, cause: string) => {
    publisher.failed(name, cause)
    neighboursChanged(name)
    if (namesIn(member.process).length === 0) member.process.end()
  }

  const startNode = (name: string, process: NodeProcess, degree = upNeighbours(name).length) => {
    const before = members.get(name)
    const spec: NodeSpec = {
      name,
      seed: before?.spec.seed ?? identity(name),
      topic: TOPIC,
      ...(choice.mdns ? { mdns: choice.mdns } : {}),
    }
    members.set(name, { spec, process, running: true })
    add({ type: 'node-starting', at: now(), node: name, degree })
    // Not awaited: a process that never gets up must not hold up the rest, and one that ends is reported by its `exit`.
    process.up.then(
      () => process.send({ type: 'start', spec }),
      () => undefined,
    )
  }

  /** Ends one node and resolves when it is gone. */
  const endNode = async (name: string, how: 'stop' | 'kill') => {
    const member = members.get(name)
    if (!member?.running) return
    member.asked = how
    const gone = record.until(() => !member.running, AbortSignal.timeout(STOP_DEADLINE_MS))
    const alone = namesIn(member.process).length === 1
    // A process that never got up does not listen to messages.
    if ((how === 'kill' && alone) || !member.process.isUp) member.process.kill()
    else member.process.send({ type: how, node: name })
    if (how === 'stop') add({ type: 'node-stopping', at: now(), node: name })
    await gone.catch(() => {
      add({
        type: 'notice',
        at: now(),
        level: 'warning',
        text: `${name} did not stop in good order and was killed.`,
      })
      member.process.kill()
      return record.until(() => !member.running, AbortSignal.timeout(STOP_DEADLINE_MS))
    })
  }

  const known = (name: string): NodeState => {
    const node = record.state.nodes[name]
    if (node) return node
    const names = Object.keys(record.state.nodes)
    throw new NetworkError({
      step: 'find the node',
      cause: `there is no node ${name}`,
      remedy: names.length > 0 ? `Take one of ${names.join(', ')}` : 'Start a network first',
    })
  }
  const knownAndUp = (name: string) => {
    const { phase } = known(name)
    if (phase === 'listening') return
    throw new NetworkError({
      node: name,
      step: 'reach the node',
      cause: `it is ${phase}`,
      remedy: 'Restart it first',
    })
  }
  const needNetwork = () => {
    const { phase } = record.state
    if (phase === 'ready' || phase === 'starting') return
    throw new NetworkError({
      step: 'find the network',
      cause: 'no network is running',
      remedy: 'Start one first',
    })
  }

  /** Waits until a node that joined is part of the mesh. */
  const untilJoined = async (name: string) => {
    const joined = (state: NetworkState) => {
      const node = state.nodes[name]
      return node?.subscribed === true && node.mesh.length >= Math.min(D_LOW, node.degree)
    }
    const failed = (state: NetworkState) => state.nodes[name]?.phase === 'crashed'
    const listening = (state: NetworkState) => state.nodes[name]?.phase === 'listening' || failed(state)
    try {
      const deadline = AbortSignal.timeout(NODE_DEADLINE_MS)
      await record.until(listening, deadline)
      links.dialsAll(name)
      sendLinks(name)
      neighboursChanged(name)
      await record.until(state => joined(state) || failed(state), deadline)
    } catch {
      const node = record.state.nodes[name]
      throw new NetworkError({
        node: name,
        step: 'join the network',
        cause: `after ${NODE_DEADLINE_MS / 1000} s it is ${node?.phase}, has ${Object.keys(node?.connections ?? {}).length} connections and ${node?.mesh.length ?? 0} mesh peers`,
        remedy: 'See its log, or restart it',
      })
    }
    const { failure } = record.state.nodes[name]!
    if (failure) throw new NetworkError({ node: name, ...failure })
  }

  // ---- Operations -----------------------------------------------------------------------------------------

  const stopAll = async () => {
    if (processes.size === 0 && record.state.phase !== 'starting' && record.state.phase !== 'ready') return
    add({ type: 'network-stopping', at: now() })
    await Promise.all([...members.keys()].map(name => endNode(name, 'stop').catch(() => undefined)))
    const left = [...processes]
    for (const process of left) process.end()
    await Promise.all(left.map(process => process.gone))
    add({ type: 'network-stopped', at: now() })
    members.clear()
  }

  const start: Network['start'] = async (options, { startedAt = now(), signal } = {}) => {
    const { nodes, topology, seed = randomInt(2 ** 32) } = options
    const reason = impossible(topology, nodes)
    if (reason) throw new NetworkError({ step: `plan a ${topology} of ${nodes} nodes`, ...reason })
    await stopAll()

    random = seededRandom(seed)
    identity =
      options.seed === undefined
        ? () => randomBytes(32).toString('hex')
        : name => createHash('sha256').update(`p2plab node ${seed} ${name}`).digest('hex')
    const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`)
    links.plan(topology, names, random)

    // Processes take longest, so they start while multicast is probed.
    const count = nodes <= MAX_OWN_PROCESS ? nodes : Math.min(nodes, availableParallelism())
    const pool = Array.from({ length: count }, startProcess)
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

    const deadline = AbortSignal.any([
      AbortSignal.timeout(startDeadlineMs(nodes)),
      ...(signal ? [signal] : []),
    ])
    try {
      names.forEach((name, i) => startNode(name, pool[i % pool.length]!, links.neighbours(name).size))
      await record.until(state => !Object.values(state.nodes).some(n => n.phase === 'starting'), deadline)
      if (liveNodes(record.state).length === 0) {
        const { failure } = record.state.nodes['n1']!
        throw new NetworkError({
          node: 'n1',
          step: failure!.step,
          cause: failure!.cause,
          remedy: 'See the log: no node could start',
        })
      }
      for (const name of names) sendLinks(name)
      const help = setTimeout(() => tellAddresses(), DISCOVERY_DEADLINE_MS)
      await record.until(isHealthy, deadline).finally(() => clearTimeout(help))
    } catch (error) {
      const reason = unhealthy(record.state) ?? 'it was not'
      await stopAll()
      if (signal?.aborted)
        throw new NetworkError({
          step: 'start',
          cause: 'it was cancelled',
          remedy: 'Everything that had started is stopped',
        })
      if (error instanceof NetworkError) throw error
      throw new NetworkError({
        step: 'wait until the network is ready',
        cause: `after ${startDeadlineMs(nodes) / 1000} s ${reason}`,
        remedy: 'Try fewer nodes, or look at the log',
      })
    }
    const at = now()
    const readyMs = Math.round(at - startedAt)
    add({ type: 'network-ready', at, readyMs })
    return { readyMs, discovery }
  }

  /** mDNS rides on UDP and may lose what a node needed: where it did, the orchestrator helps and says so. */
  const tellAddresses = () => {
    if (choice.discovery !== 'mdns') return
    const lost = liveNodes(record.state).filter(n =>
      upNeighbours(n.name).some(other => {
        const peer = peerIdOf(other)
        return peer !== undefined && links.dials(n.name, other, peerIdOf) && !n.discovered.includes(peer)
      }),
    )
    if (lost.length === 0) return
    const text = `mDNS did not tell ${lost.map(n => n.name).join(', ')} of all their peers within ${DISCOVERY_DEADLINE_MS / 1000} s, so they were told the addresses.`
    add({ type: 'notice', at: now(), level: 'warning', text })
    for (const { name } of lost) sendLinks(name, true)
  }

  return {
    get state() {
      return record.state
    },
    subscribe: record.subscribe,
    start,
    stopAll,
    async addNode() {
      needNetwork()
      const existing = liveNodes(record.state).map(n => n.name)
      const number = Math.max(0, ...Object.keys(record.state.nodes).map(name => Number(name.slice(1)))) + 1
      const node = `n${number}`
      links.join(record.state.topology, node, existing, random)
      startNode(node, startProcess())
      await untilJoined(node)
      return { node }
    },
    async stopNode(node) {
      knownAndUp(node)
      await endNode(node, 'stop')
    },
    async killNode(node) {
      known(node)
      if (!isUp(node)) knownAndUp(node)
      await endNode(node, 'kill')
    },
    async restartNode(node) {
      needNetwork()
      known(node)
      await endNode(node, 'stop')
      startNode(node, startProcess())
      await untilJoined(node)
    },
    async broadcast({ node, text, size }) {
      needNetwork()
      const live = liveNodes(record.state)
      const from = node ?? live[randomInt(Math.max(1, live.length))]?.name
      if (from === undefined) {
        throw new NetworkError({
          step: 'broadcast',
          cause: 'no node is running',
          remedy: 'Add or restart one',
        })
      }
      knownAndUp(from)
      const data = text === undefined ? randomBytes(size ?? 32) : Buffer.from(text, 'utf8')
      const message = await publisher.publish(from, data, members.get(from)!.process)
      return { node: from, message }
    },
    async usage() {
      const all = await Promise.all([...processes].map(process => process.usage()))
      const sum = (key: keyof Usage) => all.reduce((total, u) => total + (u?.[key] ?? 0), 0)
      return { rss: sum('rss'), cpuMs: sum('cpuMs') }
    },
    log(node) {
      known(node)
      return [...(members.get(node)?.process.log ?? [])]
    },
  }
}
