/** A network starts, gets ready and stops, and a scenario goes through its steps. */
import * as v from 'valibot'
import { DISCOVERIES, TOPOLOGIES } from '../topologies.ts'
import { at, node, topic, text, count, mdns, peer } from './fields.ts'

/** Where the links of a network come from: one of the topologies, or a list of links that somebody wrote. */
export const PLANS = [...TOPOLOGIES, 'file'] as const
export type Plan = (typeof PLANS)[number]

/** A note of the user: a line that says something. */
export const noteText = v.pipe(v.string(), v.regex(/^(?=.*\S)[^\p{Cc}]{1,200}$/u))

export const lifecycleEvents = [
  v.object({
    type: v.literal('network-started'),
    at,
    network: text,
    requested: count,
    topology: v.picklist(PLANS),
    discovery: v.picklist(DISCOVERIES),
    mdns: v.exactOptional(mdns),
    topic,
    /** The exercise whose learner's program its nodes are copies of. Left out: they are nodes of libp2p. */
    program: v.exactOptional(text),
  }),
  /** For the user to read. With a `node` it is about that node, and so as long as that runs. */
  v.object({
    type: v.literal('notice'),
    at,
    level: v.picklist(['info', 'warning', 'error']),
    text,
    node: v.exactOptional(node),
  }),
  /** The user's own note about a moment, which may be earlier than `at`, when it was written. */
  v.object({ type: v.literal('note'), at, moment: at, text: noteText }),
  /** Every node is subscribed and the mesh is healthy (`isHealthy` in state.ts). `readyMs` counts from the start of the command. */
  v.object({ type: v.literal('network-ready'), at, readyMs: v.number() }),
  /** The network's metrics are answered there, in Prometheus's text format, until it stops. */
  v.object({ type: v.literal('metrics-listening'), at, url: text }),
  /** The nodes listen in the local network, and others can join with the code (share/join-code.ts). `address` is the one in it. */
  v.object({ type: v.literal('shared'), at, code: text, address: text }),
  /** We joined the network of another computer, there; these of its nodes are dialled. */
  v.object({ type: v.literal('joined'), at, address: text, peers: v.pipe(v.array(peer), v.maxLength(8)) }),
  v.object({ type: v.literal('network-stopping'), at }),
  v.object({ type: v.literal('network-stopped'), at }),

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
] as const
