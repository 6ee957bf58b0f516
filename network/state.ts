/**
 * The state of a network, derived from its events and from nothing else: `events.reduce(reduce, initialState)`.
 *
 * The live view, the tree, the CLI's summary and the readiness test all use this one reducer, so they
 * cannot disagree. It is pure: it never changes its argument, and shares what did not change.
 *
 * Peers are kept as peer ids; `nameOf` turns one into our name for it. That way an event about a peer
 * may come before the event that introduces that peer, as happens between processes.
 */
import type { Discovery, EventOf, NetworkEvent, Topology } from './events.ts'

/** How many messages are remembered in detail. Older ones stay in the totals only. */
export const MAX_MESSAGES = 200
/** How many notices are remembered. */
export const MAX_NOTICES = 50
/** gossipsub's D_low: below this many mesh peers a node looks for more (gossipsub v1.0 spec, "Parameters"). */
export const D_LOW = 4

export type NodePhase = 'starting' | 'listening' | 'stopping' | 'stopped' | 'killed' | 'crashed'

export interface NodeState {
  name: string
  phase: NodePhase
  /** Links the topology gives this node. */
  degree: number
  pid?: number
  peerId?: string
  addresses: readonly string[]
  /** Peer ids this node has learned of. */
  discovered: readonly string[]
  /** Peer ids with a dial under way. */
  dialling: readonly string[]
  /** Connected peer ids. */
  connections: Readonly<
    Record<string, { direction: 'inbound' | 'outbound'; address: string; agent?: string }>
  >
  subscribed: boolean
  /** Peer ids in this node's gossip mesh. */
  mesh: readonly string[]
  published: number
  received: number
  duplicates: number
  rejected: number
  failure?: { step: string; cause: string; remedy: string; log: readonly string[] }
}

export interface Delivery {
  at: number
  /** The peer id the first copy came from: the last hop. */
  from: string
}

export interface MessageState {
  id: string
  /** 1 for the first message of the network, and so on. */
  number: number
  /** Undefined while only a receipt is known, or when a foreign peer published it. */
  publisher?: string
  origin?: string
  at: number
  bytes: number
  text?: string
  /** Our nodes that should get it: listening and subscribed when it was published, the publisher left out. */
  targets: readonly string[]
  /** First receipts, by node name. */
  deliveries: Readonly<Record<string, Delivery>>
  duplicates: number
  rejected: number
}

export interface NetworkState {
  phase: 'none' | 'starting' | 'ready' | 'stopping' | 'stopped'
  network: string
  topology: Topology
  discovery: Discovery
  topic: string
  requested: number
  startedAt: number
  readyMs?: number
  notices: readonly { at: number; level: 'info' | 'warning' | 'error'; text: string }[]
  nodes: Readonly<Record<string, NodeState>>
  /** Peer id → our name for that node. */
  names: Readonly<Record<string, string>>
  /** The last MAX_MESSAGES messages, oldest first. */
  messages: readonly MessageState[]
  totals: { published: number; received: number; duplicates: number; rejected: number; failedDials: number }
  /** Events reduced so far: the position in the log. */
  count: number
  /** Time of the latest event. */
  at: number
}

export const initialState: NetworkState = {
  phase: 'none',
  network: '',
  topology: 'random',
  discovery: 'assigned',
  topic: '',
  requested: 0,
  startedAt: 0,
  notices: [],
  nodes: {},
  names: {},
  messages: [],
  totals: { published: 0, received: 0, duplicates: 0, rejected: 0, failedDials: 0 },
  count: 0,
  at: 0,
}

const newNode = (name: string): NodeState => ({
  name,
  phase: 'starting',
  degree: 0,
  addresses: [],
  discovered: [],
  dialling: [],
  connections: {},
  subscribed: false,
  mesh: [],
  published: 0,
  received: 0,
  duplicates: 0,
  rejected: 0,
})

/** The state after `event`. An event about a node that was never started changes nothing but the count. */
export function reduce(state: NetworkState, event: NetworkEvent): NetworkState {
  // A new network starts from nothing; everything else builds on what is there.
  const base = event.type === 'network-started' ? initialState : state
  const next = apply(base, event)
  return { ...next, count: state.count + 1, at: Math.max(base.at, event.at) }
}

function apply(state: NetworkState, event: NetworkEvent): NetworkState {
  switch (event.type) {
    case 'network-started': {
      const { network, topology, discovery, topic, requested, at } = event
      return { ...state, phase: 'starting', network, topology, discovery, topic, requested, startedAt: at }
    }
    case 'notice': {
      const { at, level, text } = event
      return { ...state, notices: [...state.notices, { at, level, text }].slice(-MAX_NOTICES) }
    }
    case 'network-ready':
      return { ...state, phase: 'ready', readyMs: event.readyMs }
    case 'network-stopping':
      return { ...state, phase: 'stopping' }
    case 'network-stopped':
      return { ...state, phase: 'stopped' }
    // A check is no part of a network: whoever draws one reads its events.
    case 'check-lane':
    case 'check-transmission':
    case 'check-left-out':
      return state
    case 'node-starting': {
      const before = state.nodes[event.node]
      const node = { ...newNode(event.node), degree: event.degree, ...counters(before) }
      return withNode(state, before?.peerId ? { ...node, peerId: before.peerId } : node)
    }
    case 'node-listening': {
      const { node, pid, peerId, addresses } = event
      const named = { ...state, names: { ...state.names, [peerId]: node } }
      return change(named, node, n => ({ ...n, phase: 'listening', pid, peerId, addresses }))
    }
    case 'published':
    case 'received':
    case 'duplicate':
    case 'rejected':
      return applyMessage(state, event)
    case 'dial-failed': {
      const totals = { ...state.totals, failedDials: state.totals.failedDials + 1 }
      return change({ ...state, totals }, event.node, n => ({
        ...n,
        dialling: without(n.dialling, event.peer),
      }))
    }
    default:
      return change(state, event.node, n => applyToNode(n, event))
  }
}

type NodeEvent = EventOf<
  | 'node-degree'
  | 'node-stopping'
  | 'node-stopped'
  | 'node-killed'
  | 'node-crashed'
  | 'discovered'
  | 'dialling'
  | 'connected'
  | 'identified'
  | 'disconnected'
  | 'subscribed'
  | 'unsubscribed'
  | 'grafted'
  | 'pruned'
  | 'mesh'
>

function applyToNode(n: NodeState, event: NodeEvent): NodeState {
  switch (event.type) {
    case 'node-degree':
      return { ...n, degree: event.degree }
    case 'node-stopping':
      return { ...n, phase: 'stopping' }
    case 'node-stopped':
      return ended(n, 'stopped')
    case 'node-killed':
      return ended(n, 'killed')
    case 'node-crashed': {
      const { step, cause, remedy, log } = event
      return { ...ended(n, 'crashed'), failure: { step, cause, remedy, log } }
    }
    case 'discovered':
      return { ...n, discovered: including(n.discovered, event.peer) }
    case 'dialling':
      return { ...n, dialling: including(n.dialling, event.peer) }
    case 'connected': {
      const { peer, direction, address } = event
      const connections = { ...n.connections, [peer]: { direction, address } }
      return { ...n, connections, dialling: without(n.dialling, peer) }
    }
    case 'identified': {
      const connection = n.connections[event.peer]
      if (!connection) return n
      return { ...n, connections: { ...n.connections, [event.peer]: { ...connection, agent: event.agent } } }
    }
    case 'disconnected': {
      const { [event.peer]: _gone, ...connections } = n.connections
      return {
        ...n,
        connections,
        mesh: without(n.mesh, event.peer),
        dialling: without(n.dialling, event.peer),
      }
    }
    case 'subscribed':
      return event.peer === undefined ? { ...n, subscribed: true } : n
    case 'unsubscribed':
      return event.peer === undefined ? { ...n, subscribed: false, mesh: [] } : n
    case 'grafted':
    case 'pruned':
      return n
    case 'mesh':
      return { ...n, mesh: event.peers }
  }
}

function applyMessage(
  state: NetworkState,
  event: EventOf<'published' | 'received' | 'duplicate' | 'rejected'>,
): NetworkState {
  const known = state.messages.find(m => m.id === event.message)
  const message = known ?? firstSeen(state, event)
  const counted = count(state, event)
  const remembered = (changed: MessageState): NetworkState => ({
    ...counted,
    messages: known
      ? state.messages.map(m => (m === known ? changed : m))
      : [...state.messages, changed].slice(-MAX_MESSAGES),
  })
  switch (event.type) {
    case 'published': {
      // Listening and subscribed now, or proven so by having it already.
      const targets = subscribers(state).filter(name => name !== event.node)
      const { node: publisher, at, bytes, text } = event
      return remembered({
        ...message,
        publisher,
        at,
        bytes,
        targets,
        ...(text === undefined ? {} : { text }),
      })
    }
    case 'received': {
      if (message.deliveries[event.node]) return state
      const deliveries = { ...message.deliveries, [event.node]: { at: event.at, from: event.from } }
      return remembered({
        ...message,
        deliveries,
        ...(event.origin === undefined ? {} : { origin: event.origin }),
      })
    }
    case 'duplicate':
      return remembered({ ...message, duplicates: message.duplicates + 1 })
    case 'rejected':
      return remembered({ ...message, rejected: message.rejected + 1 })
  }
}

/** A message may be received, as we see it, before it is published: the two reports come from two processes. */
function firstSeen(
  state: NetworkState,
  event: EventOf<'published' | 'received' | 'duplicate' | 'rejected'>,
): MessageState {
  return {
    id: event.message,
    number: (state.messages.at(-1)?.number ?? 0) + 1,
    at: event.at,
    bytes: 'bytes' in event ? event.bytes : 0,
    targets: subscribers(state),
    deliveries: {},
    duplicates: 0,
    rejected: 0,
  }
}

const COUNTER = {
  published: 'published',
  received: 'received',
  duplicate: 'duplicates',
  rejected: 'rejected',
} as const

function count(state: NetworkState, event: { type: keyof typeof COUNTER; node: string }): NetworkState {
  const key = COUNTER[event.type]
  const totals = { ...state.totals, [key]: state.totals[key] + 1 }
  return change({ ...state, totals }, event.node, n => ({ ...n, [key]: n[key] + 1 }))
}

/** A node that ended has no sockets, and so no connections and no mesh. */
function ended(n: NodeState, phase: NodePhase): NodeState {
  const { pid: _pid, failure: _failure, ...rest } = n
  return { ...rest, phase, connections: {}, mesh: [], dialling: [], discovered: [], subscribed: false }
}

const counters = (n: NodeState | undefined) =>
  n && { published: n.published, received: n.received, duplicates: n.duplicates, rejected: n.rejected }

const including = (list: readonly string[], item: string) => (list.includes(item) ? list : [...list, item])
const without = (list: readonly string[], item: string) =>
  list.includes(item) ? list.filter(other => other !== item) : list

const withNode = (state: NetworkState, node: NodeState): NetworkState => ({
  ...state,
  nodes: { ...state.nodes, [node.name]: node },
})

function change(state: NetworkState, name: string, f: (n: NodeState) => NodeState): NetworkState {
  const before = state.nodes[name]
  if (!before) return state
  const after = f(before)
  return after === before ? state : withNode(state, after)
}

const subscribers = (state: NetworkState) =>
  Object.values(state.nodes)
    .filter(n => n.phase === 'listening' && n.subscribed)
    .map(n => n.name)

// ---- What is read from the state -------------------------------------------------------------------------

/** Our name for a peer, or the last eight characters of its peer id when it is not one of ours. */
export const nameOf = (state: NetworkState, peer: string): string => state.names[peer] ?? `…${peer.slice(-8)}`

/** The nodes that are up: asked to run, and not ended. */
export const liveNodes = (state: NetworkState): NodeState[] =>
  Object.values(state.nodes).filter(n => n.phase === 'listening')

export interface Edge {
  /** Names as `nameOf` gives them, a < b in `state.nodes` order; foreign peers come last. */
  a: string
  b: string
  /** 'mutual' when each has the other in its mesh, which is the healthy case; 'one-way' for the moment in between. */
  mesh: 'none' | 'one-way' | 'mutual'
}

/** Every connection that at least one live node reports, once. */
export function edges(state: NetworkState): Edge[] {
  const order = new Map(Object.keys(state.nodes).map((name, i) => [name, i]))
  const rank = (name: string) => order.get(name) ?? Infinity
  const found = new Map<string, { a: string; b: string; grafts: number }>()
  for (const n of Object.values(state.nodes)) {
    for (const peer of Object.keys(n.connections)) {
      const other = nameOf(state, peer)
      const [a, b] = rank(n.name) <= rank(other) ? [n.name, other] : [other, n.name]
      const key = `${a} ${b}`
      const edge = found.get(key) ?? { a, b, grafts: 0 }
      if (n.mesh.includes(peer)) edge.grafts++
      // A foreign peer's own mesh cannot be seen: its graft counts for both.
      if (n.mesh.includes(peer) && !state.names[peer]) edge.grafts++
      found.set(key, edge)
    }
  }
  return [...found.values()].map(({ a, b, grafts }) => ({
    a,
    b,
    mesh: grafts >= 2 ? 'mutual' : grafts === 1 ? 'one-way' : 'none',
  }))
}

/**
 * Why the gossip mesh is not healthy yet, or undefined when it is: every node that should run is subscribed, the
 * mesh is symmetric and connected, and each node has at least min(D_LOW, its degree) mesh peers.
 * From then on a broadcast reaches every node.
 */
export function unhealthy(state: NetworkState): string | undefined {
  const running = Object.values(state.nodes).filter(n => n.phase === 'starting' || n.phase === 'listening')
  if (running.length === 0) return 'no node is running'
  const starting = running.find(n => n.phase === 'starting')
  if (starting) return `${starting.name} is still starting`
  const silent = running.find(n => !n.subscribed)
  if (silent) return `${silent.name} is not subscribed`
  for (const n of running) {
    const wanted = Math.min(D_LOW, n.degree)
    if (n.mesh.length < wanted) return `${n.name} has ${n.mesh.length} of ${wanted} mesh peers`
  }
  for (const n of running) {
    for (const peer of n.mesh) {
      const name = state.names[peer]
      const other = name === undefined ? undefined : state.nodes[name]
      if (other && (other.phase !== 'listening' || !other.mesh.includes(n.peerId ?? ''))) {
        return `${n.name} has ${other.name} in its mesh, but not the other way round`
      }
    }
  }
  const reached = reachable(state, running[0]!)
  const lost = running.find(n => !reached.has(n.name))
  return lost && `the mesh has no path from ${running[0]!.name} to ${lost.name}`
}

export const isHealthy = (state: NetworkState): boolean => unhealthy(state) === undefined

function reachable(state: NetworkState, from: NodeState): Set<string> {
  const seen = new Set([from.name])
  const queue = [from]
  for (let n = queue.pop(); n; n = queue.pop()) {
    for (const peer of n.mesh) {
      const name = state.names[peer]
      const other = name === undefined ? undefined : state.nodes[name]
      if (other && !seen.has(other.name)) {
        seen.add(other.name)
        queue.push(other)
      }
    }
  }
  return seen
}

/** How far a message has got: `reached` of `expected` nodes, and the slowest so far in milliseconds. */
export function progress(m: MessageState): { reached: number; expected: number; slowestMs: number } {
  const delivered = Object.entries(m.deliveries).filter(([name]) => name !== m.publisher)
  const expected = new Set([...m.targets, ...delivered.map(([name]) => name)])
  const slowestMs = delivered.reduce((slowest, [, d]) => Math.max(slowest, d.at - m.at), 0)
  return { reached: delivered.length, expected: expected.size, slowestMs }
}
