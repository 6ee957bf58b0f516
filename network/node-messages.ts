/**
 * What goes between the orchestrator and a node process, as messages of child_process.fork.
 *
 * A node process hosts one node or several. Each side drops what does not parse; the node process answers every
 * `start`, `publish` and `stop` with an outcome or, when it cannot, with a `failed` that names the step and the cause.
 */
import * as v from 'valibot'
import type { ClockReading } from './clock.ts'
import { HOSTILITIES, linkFaults, parseEvent, type NetworkEvent } from './events.ts'
import { family, type Family } from './metrics/exposition.ts'
import { doors, programSpec } from './program-node.ts'
import { offered, type Offered } from './share/offer.ts'

const name = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))
const id = v.pipe(v.number(), v.integer())

const nodeSpec = v.object({
  name,
  /** 32 bytes as hex: the Ed25519 seed, and so the peer id. A restart with the same seed keeps the identity. */
  seed: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  topic: v.string(),
  /** Present when the node discovers by multicast DNS: the network's own service tag and UDP port. */
  mdns: v.optional(v.object({ serviceTag: v.string(), port: v.number(), queryIntervalMs: v.number() })),
  /** Publishes what it should not, so many times a second. */
  hostile: v.optional(v.object({ kind: v.picklist(HOSTILITIES), perSecond: v.number() })),
  /** Messages a second that the node takes from one publisher; without it, any number. */
  limitPerSecond: v.optional(v.number()),
  /** libp2p's and gossipsub's own defaults instead of those of a network on one machine (node/settings.ts). */
  production: v.optional(v.boolean()),
  /** The IPv4 address at which it listens. Left out: 127.0.0.1. */
  host: v.optional(v.pipe(v.string(), v.ipv4())),
  /** The port that it had before. Left out: a free one. */
  port: v.optional(v.number()),
  /** Count what is needed for the metrics endpoint. */
  metrics: v.optional(v.boolean()),
  /** It is a copy of a learner's program, and no node of libp2p: most of the above means nothing to it. */
  program: v.optional(programSpec),
})
export type NodeSpec = v.InferOutput<typeof nodeSpec>

/**
 * A peer that a node must dial. Without addresses the node waits until it has discovered some. With `through`, the address of a
 * proxy, it dials that instead: a connection that goes another way is closed first.
 */
const link = v.object({
  peer: v.string(),
  addresses: v.optional(v.array(v.string())),
  through: v.optional(v.string()),
  /** What happens on the way there; where datagrams are sent, no proxy is needed for it. */
  faults: v.optional(linkFaults),
})
export type Link = v.InferOutput<typeof link>

const toNode = v.variant('type', [
  v.object({ type: v.literal('heartbeat') }),
  /** Answered at once with a reading of the process's own clock, to know its offset. */
  v.object({ type: v.literal('clock') }),
  v.object({ type: v.literal('usage'), id }),
  /** Asks for the metrics of all nodes of the process that have some. */
  v.object({ type: v.literal('metrics'), id }),
  /** To a process that waits for its node: run what a start runs, with nodes that nobody sees. A `start` ends it. Answered by `rehearsed`. */
  v.object({ type: v.literal('rehearse') }),
  v.object({ type: v.literal('start'), spec: nodeSpec }),
  /** The whole set of peers that `node` must dial and keep; it redials those it loses. */
  v.object({ type: v.literal('links'), node: name, links: v.array(link) }),
  /** `data` is base64. */
  v.object({ type: v.literal('publish'), id, node: name, data: v.string() }),
  /** The whole set of peers that `node` must not be connected to. */
  v.object({ type: v.literal('deny'), node: name, peers: v.array(v.string()) }),
  /** From now on the node takes so many messages a second of one publisher. */
  v.object({ type: v.literal('limit'), node: name, perSecond: v.number() }),
  /** Adds a connected peer to the gossip mesh, as a heartbeat would. */
  v.object({ type: v.literal('graft'), node: name, peer: v.string() }),
  /** The node answers who joins the network, with these peers; with none, it answers no more. */
  v.object({ type: v.literal('offer'), node: name, peers: v.array(offered) }),
  /** Asks the node of a join code for peers to dial. */
  v.object({
    type: v.literal('join'),
    id,
    node: name,
    code: v.object({ host: v.pipe(v.string(), v.ipv4()), port: v.number(), fingerprint: v.string() }),
  }),
  /** Stops reading the node's sockets and holds back what it writes, or goes on. Answered by an event. */
  v.object({ type: v.literal('pause'), node: name }),
  v.object({ type: v.literal('resume'), node: name }),
  /** Of a learner's network whose nodes find each other: what is known so far. A program starts when it is complete. */
  v.object({ type: v.literal('doors'), doors }),
  v.object({ type: v.literal('stop'), node: name }),
  /** Resets every socket of the node without a goodbye: a kill, where the process is shared. */
  v.object({ type: v.literal('kill'), node: name }),
])
export type ToNode = v.InferOutput<typeof toNode>

export type FromNode =
  /** The process is up and listens to messages. */
  | { type: 'up' }
  | ({ type: 'clock' } & ClockReading)
  | { type: 'rehearsed' }
  /** Resident memory in bytes, CPU time since the start of the process in milliseconds. */
  | { type: 'usage'; id: number; rss: number; cpuMs: number }
  /** `nodes` have metrics, and these are they: no name twice. The rest is as in `usage`. */
  | { type: 'metrics'; id: number; nodes: string[]; families: Family[]; rss: number; cpuMs: number }
  /** Events as they happened, times on this process's clock. */
  | { type: 'events'; events: NetworkEvent[] }
  /** The node is not there any more: it stopped, or its sockets were reset. */
  | { type: 'ended'; node: string; how: 'stopped' | 'killed' }
  /** The node's links are open, and the program is about to start: where it will meet each of the others. */
  | { type: 'doors'; node: string; doors: Record<string, number> }
  | { type: 'joined'; id: number; peers: Offered[] }
  | { type: 'join-failed'; id: number; cause: string }
  | { type: 'published'; id: number; message: string }
  | { type: 'publish-failed'; id: number; cause: string }
  /** The node could not start. */
  | { type: 'failed'; node: string; step: string; cause: string }

export function parseToNode(value: unknown): ToNode | undefined {
  const result = v.safeParse(toNode, value)
  return result.success ? result.output : undefined
}

const fromNode = v.variant('type', [
  v.object({ type: v.literal('up') }),
  v.object({ type: v.literal('clock'), now: v.number(), monotonic: v.number() }),
  v.object({ type: v.literal('rehearsed') }),
  v.object({ type: v.literal('usage'), id, rss: v.number(), cpuMs: v.number() }),
  v.object({
    type: v.literal('metrics'),
    id,
    nodes: v.array(name),
    families: v.array(family),
    rss: v.number(),
    cpuMs: v.number(),
  }),
  v.object({ type: v.literal('events'), events: v.array(v.unknown()) }),
  v.object({ type: v.literal('ended'), node: name, how: v.picklist(['stopped', 'killed']) }),
  v.object({ type: v.literal('doors'), node: name, doors: v.record(name, v.number()) }),
  v.object({ type: v.literal('joined'), id, peers: v.array(offered) }),
  v.object({ type: v.literal('join-failed'), id, cause: v.string() }),
  v.object({ type: v.literal('published'), id, message: v.string() }),
  v.object({ type: v.literal('publish-failed'), id, cause: v.string() }),
  v.object({ type: v.literal('failed'), node: name, step: v.string(), cause: v.string() }),
])

/** The message, with those of its events that parse; undefined when it is not one. Never throws. */
export function parseFromNode(value: unknown): FromNode | undefined {
  const result = v.safeParse(fromNode, value)
  if (!result.success) return undefined
  if (result.output.type !== 'events') return result.output
  return { type: 'events', events: result.output.events.map(parseEvent).filter(e => e !== undefined) }
}
