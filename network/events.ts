/**
 * The events of a network: the one record from which everything shown is derived (see state.ts).
 *
 * They cross process borders and are stored, so each has a schema and `parseEvent` beside it.
 * Every event carries `at`, milliseconds since the Unix epoch on the orchestrator's clock
 * (`performance.timeOrigin + performance.now()`; the offset of each node process is measured when it starts),
 * so that order across processes means something.
 *
 * `node` is our short name for one of our own nodes ("n1"); it never changes, also not over a restart.
 * `peer`, `from` and `origin` are libp2p peer ids in their usual text form, because a node may
 * also talk to peers that are not ours. `message` is gossipsub's message id as lower-case hex.
 */
import * as v from 'valibot'

/** How many links each node gets and to whom; see orchestrator/topology.ts. */
export const TOPOLOGIES = ['random', 'line', 'ring', 'star', 'full', 'grid', 'tree'] as const
export type Topology = (typeof TOPOLOGIES)[number]
/** Where the links of a network come from: one of the topologies, or a list of links that somebody wrote. */
export const PLANS = [...TOPOLOGIES, 'file'] as const
export type Plan = (typeof PLANS)[number]

/** How nodes learn each other's addresses: real multicast DNS, or told by the orchestrator. */
export const DISCOVERIES = ['mdns', 'assigned'] as const
export type Discovery = (typeof DISCOVERIES)[number]

const at = v.pipe(v.number(), v.finite())
const node = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))
/** Base58: at least 40 characters, so that no peer id is also the name of a property every object has. */
const peer = v.pipe(v.string(), v.regex(/^[1-9A-HJ-NP-Za-km-z]{40,128}$/))
const topic = v.pipe(v.string(), v.maxLength(256))
const message = v.pipe(v.string(), v.regex(/^[0-9a-f]{2,256}$/))
const text = v.pipe(v.string(), v.maxLength(4096))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const pid = v.pipe(v.number(), v.integer(), v.minValue(1))
const lines = v.pipe(v.array(text), v.maxLength(100))

/** What a hostile node does: publishes more than it may, or what the validators of the others reject. */
export const HOSTILITIES = ['spam', 'invalid'] as const
export type Hostility = (typeof HOSTILITIES)[number]

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const ms = v.pipe(v.number(), v.minValue(0), v.maxValue(60_000))
/**
 * The faults of a link, the same in both directions. `loss` is the share of TCP segments that are lost: a program sees gaps of
 * 200 ms and more while they are sent again, and a reset when they are lost again and again (faults/tcp-pump.ts).
 */
export const linkFaults = v.strictObject({
  latencyMs: v.optional(ms),
  jitterMs: v.optional(ms),
  loss: v.optional(share),
  bytesPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000))),
})
export type LinkFaults = v.InferOutput<typeof linkFaults>

/** A part of a network that is cut off from the others. */
export const group = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  nodes: v.pipe(v.array(node), v.minLength(1), v.maxLength(1024)),
})
export type Group = v.InferOutput<typeof group>

/** What went wrong, where, and what to do about it: the three things every failure says. */
const failure = { step: text, cause: text, remedy: text }

/** The name of a lane in the space-time diagram of a check: a connection of the checker's, or a program. */
const lane = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/** What went over a lane, in both worlds: TCP and UDP sockets, libp2p streams ('open', 'fin', 'rst'), the control channel. */
export const TRANSMISSIONS = [
  'connect',
  'refused',
  'open',
  'bytes',
  'datagram',
  'fin',
  'rst',
  'close',
  'control',
  'fault',
] as const
export type TransmissionKind = (typeof TRANSMISSIONS)[number]

/** How many of the first bytes of a transmission an event shows. */
export const SHOWN_BYTES = 64

/** The transcript of a check, as events: who sent what to whom. They say nothing about a network. */
const wire = [
  /** Declared before the first transmission that names it. A 'connection' is one of the checker's sockets or streams. */
  v.object({
    type: v.literal('check-lane'),
    at,
    lane,
    role: v.picklist(['checker', 'connection', 'network', 'program']),
  }),
  v.object({
    type: v.literal('check-transmission'),
    at,
    from: lane,
    to: lane,
    kind: v.picklist(TRANSMISSIONS),
    /** In words, where the kind does not say it all: a command, a port, a protocol. */
    text: v.optional(text),
    bytes: v.optional(count),
    /** The first bytes, SHOWN_BYTES of them at most, as lower-case hex. */
    head: v.optional(v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})*$/), v.maxLength(2 * SHOWN_BYTES))),
    /** Bytes that came in several pieces with nothing between them are one event: how many, and when the last one came. */
    parts: v.optional(v.pipe(count, v.minValue(2))),
    until: v.optional(at),
    /** What the network between the two did to it, on purpose. */
    fault: v.optional(text),
  }),
  /** So many transmissions were not kept, here. */
  v.object({ type: v.literal('check-left-out'), at, transmissions: count }),
] as const

/** For what carries transcripts across a border of its own. */
export const wireEvent = v.variant('type', wire)
export type WireEvent = v.InferOutput<typeof wireEvent>
export type Transmission = Extract<WireEvent, { type: 'check-transmission' }>

const event = v.variant('type', [
  v.object({
    type: v.literal('network-started'),
    at,
    network: text,
    requested: count,
    topology: v.picklist(PLANS),
    discovery: v.picklist(DISCOVERIES),
    topic,
  }),
  v.object({ type: v.literal('notice'), at, level: v.picklist(['info', 'warning', 'error']), text }),
  /** Every node is subscribed and the mesh is healthy (`isHealthy` in state.ts). `readyMs` counts from the start of the command. */
  v.object({ type: v.literal('network-ready'), at, readyMs: v.number() }),
  v.object({ type: v.literal('network-stopping'), at }),
  v.object({ type: v.literal('network-stopped'), at }),

  /** A node process is being made. `degree` is the number of links the topology gives it. */
  v.object({
    type: v.literal('node-starting'),
    at,
    node,
    degree: count,
    hostile: v.optional(v.picklist(HOSTILITIES)),
  }),
  /** The number of links the topology gives a node changed, because a neighbour came or went. */
  v.object({ type: v.literal('node-degree'), at, node, degree: count }),
  v.object({
    type: v.literal('node-listening'),
    at,
    node,
    pid,
    peerId: peer,
    addresses: v.pipe(v.array(text), v.maxLength(16)),
  }),
  v.object({ type: v.literal('node-stopping'), at, node }),
  /** Ended in good order, because we asked. */
  v.object({ type: v.literal('node-stopped'), at, node }),
  /**
   * Ended without a goodbye, because we asked. `how` is 'SIGKILL' where the node has a process of its own, and
   * 'sockets' where it shares one and its sockets were reset instead.
   */
  v.object({ type: v.literal('node-killed'), at, node, how: v.picklist(['SIGKILL', 'sockets']) }),
  /** Ended although nobody asked, or never got up. `log` holds its last lines. */
  v.object({ type: v.literal('node-crashed'), at, node, ...failure, log: lines }),

  /**
   * The node does nothing until it is resumed, and its connections stay. `how` is 'SIGSTOP' where the node has a process of its own and the
   * system can stop one. Otherwise it is 'sockets': nothing is read from them and what it writes is held back, so that
   * to the others it looks the same, while its own timers go on.
   */
  v.object({ type: v.literal('node-paused'), at, node, how: v.picklist(['SIGSTOP', 'sockets']) }),
  v.object({ type: v.literal('node-resumed'), at, node }),

  /** From now on nodes connect only within their group: the others' connections are closed and new ones refused. */
  v.object({ type: v.literal('partitioned'), at, groups: v.pipe(v.array(group), v.minLength(2)) }),
  v.object({ type: v.literal('healed'), at }),
  /** The link of `a` and `b` goes through a proxy with these faults; both are our names. */
  v.object({ type: v.literal('link-fault'), at, a: node, b: node, faults: linkFaults }),
  v.object({ type: v.literal('link-fault-cleared'), at, a: node, b: node }),
  /** What the proxy of a link has done since it was set up: bytes carried, and pieces that were late, lost, held back or reset. */
  v.object({
    type: v.literal('link-acted'),
    at,
    a: node,
    b: node,
    bytes: count,
    delayed: count,
    lost: count,
    paced: count,
    resets: count,
  }),
  /** One node after another is killed and, `downMs` later, restarted, until it is stopped or `turns` are done. */
  v.object({
    type: v.literal('churn-started'),
    at,
    perMinute: v.number(),
    turns: count,
    downMs: count,
    seed: count,
  }),
  v.object({ type: v.literal('churn-stopped'), at, turns: count }),
  /** gossipsub's scores of the peers of `node`, where one of them changed. At most once a heartbeat, which is 1 s. */
  v.object({
    type: v.literal('scores'),
    at,
    node,
    scores: v.pipe(v.array(v.object({ peer, score: v.pipe(v.number(), v.finite()) })), v.maxLength(1024)),
  }),

  /** A step of a scenario has begun ('running') or ended. `detail` is what was done or seen, `ms` how long it took. */
  v.object({
    type: v.literal('scenario-step'),
    at,
    scenario: text,
    step: count,
    of: count,
    title: text,
    outcome: v.picklist(['running', 'passed', 'failed']),
    detail: text,
    ms: v.number(),
  }),

  /** `node` learned of `peer`, for the first time since it started. */
  v.object({
    type: v.literal('discovered'),
    at,
    node,
    peer,
    via: v.picklist(['mdns', 'assigned']),
    addresses: v.pipe(v.array(text), v.maxLength(16)),
  }),
  v.object({ type: v.literal('dialling'), at, node, peer }),
  v.object({ type: v.literal('dial-failed'), at, node, peer, ...failure }),
  v.object({
    type: v.literal('connected'),
    at,
    node,
    peer,
    direction: v.picklist(['inbound', 'outbound']),
    address: text,
  }),
  /** The identify protocol told `node` what software `peer` runs and which protocols it speaks. */
  v.object({
    type: v.literal('identified'),
    at,
    node,
    peer,
    agent: text,
    protocols: v.pipe(v.array(text), v.maxLength(64)),
  }),
  v.object({ type: v.literal('disconnected'), at, node, peer }),

  /** `node` subscribed to the topic itself (no `peer`), or heard that `peer` did. */
  v.object({ type: v.literal('subscribed'), at, node, peer: v.optional(peer), topic }),
  v.object({ type: v.literal('unsubscribed'), at, node, peer: v.optional(peer), topic }),
  /** A GRAFT or PRUNE went over the wire. For animation only: the mesh itself comes in `mesh`. */
  v.object({
    type: v.literal('grafted'),
    at,
    node,
    peer,
    topic,
    direction: v.picklist(['inbound', 'outbound']),
  }),
  v.object({
    type: v.literal('pruned'),
    at,
    node,
    peer,
    topic,
    direction: v.picklist(['inbound', 'outbound']),
  }),
  /** The whole set of `node`'s mesh peers for the topic, read from gossipsub itself. */
  v.object({
    type: v.literal('mesh'),
    at,
    node,
    topic,
    peers: v.pipe(v.array(peer), v.maxLength(1024)),
  }),

  /** `text` is set when the payload is text that can be shown. */
  v.object({
    type: v.literal('published'),
    at,
    node,
    message,
    topic,
    bytes: count,
    text: v.optional(text),
    recipients: v.pipe(v.array(peer), v.maxLength(1024)),
  }),
  /** `node` got the message for the first time, over the link from `from`. `origin` published it. */
  v.object({
    type: v.literal('received'),
    at,
    node,
    message,
    topic,
    from: peer,
    origin: v.optional(peer),
    bytes: count,
  }),
  /** `node` got it again, from `from`: the price of a mesh. */
  v.object({ type: v.literal('duplicate'), at, node, message, topic, from: peer }),
  v.object({ type: v.literal('rejected'), at, node, message, topic, from: peer, reason: text }),

  ...wire,
])

export type NetworkEvent = v.InferOutput<typeof event>
export type NetworkEventType = NetworkEvent['type']
/** The event of one type: `EventOf<'connected'>`. */
export type EventOf<T extends NetworkEventType> = Extract<NetworkEvent, { type: T }>

/** The event, or undefined when `value` is not one. Never throws. */
export function parseEvent(value: unknown): NetworkEvent | undefined {
  const result = v.safeParse(event, value)
  return result.success ? result.output : undefined
}
