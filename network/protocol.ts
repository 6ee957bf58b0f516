/**
 * What goes between the network process and its host (the extension, or a test), as messages of child_process.fork.
 *
 * The host sends requests, each with an id of its choosing, and a heartbeat. The network process answers each
 * request with one reply, and pushes events as they happen, in batches. What does not parse is dropped.
 */
import * as v from 'valibot'
import {
  DISCOVERIES,
  group,
  HOSTILITIES,
  linkFaults,
  parseEvent,
  PLANS,
  type NetworkEvent,
} from './events.ts'
import type { SavedSummary } from './saved.ts'
import type { ScenarioResult } from './scenario/run.ts'
import type { NetworkState } from './state.ts'
import { cut } from './words.ts'

/** 1 to this many nodes. 200 is what the product is measured at; more is asking for trouble on a laptop. */
export const MAX_NODES = 200
/**
 * Nodes with which one computer joins. All of them have one address, and gossipsub lowers the score of more than ten peers of one
 * address, which is right: that address is a stranger's.
 */
export const MAX_JOINING = 5
/** gossipsub rejects RPCs over 4 MiB; this leaves room and keeps ten nodes on a laptop responsive. */
export const MAX_BROADCAST_BYTES = 1024 * 1024
/** How often the host says that it is there, and how long its child waits before it ends by itself, in milliseconds. */
export const HEARTBEAT_MS = 2_000
export const HEARTBEAT_MISSED_MS = 20_000

const name = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))

const position = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_NODES))

const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))

const startOptions = v.object({
  nodes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_NODES)),
  topology: v.picklist(PLANS),
  /** Who is linked to whom, node 1 being n1: with topology 'file', and where a saved network is repeated. */
  links: v.optional(v.array(v.tuple([position, position]))),
  /** Left out: mdns up to MAX_MDNS_NODES (orchestrator/discovery.ts) where multicast works, assigned otherwise. */
  discovery: v.optional(v.picklist(DISCOVERIES)),
  /** Of n1, n2, …, as saved: 32 bytes as hex each. Left out: drawn, or made from `seed`. */
  identities: v.optional(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)))),
  /** libp2p's and gossipsub's own defaults, which are made for the internet (node/settings.ts). */
  production: v.optional(v.boolean()),
  /** Messages a second that each node takes from one publisher; more are ignored and cost it its score. Left out: any number. */
  limitPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
  /** Listen in the local network, at this address or the only one there is, and show a code with which others join. */
  share: v.optional(v.object({ address: v.optional(v.pipe(v.string(), v.ipv4())) })),
  /** The code of a shared network to join. */
  join: v.optional(v.pipe(v.string(), v.maxLength(200))),
  /** Count, and answer Prometheus at http://127.0.0.1:PORT/metrics as long as the network runs. Port 0 or none: a free one. */
  metrics: v.optional(v.object({ port: v.optional(port) })),
  /** Decides the random topology. Left out: drawn at random. */
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
})
export type StartOptions = v.InferOutput<typeof startOptions>

const operation = v.variant('op', [
  /** Resolves when the network is ready; a network that is running is stopped first. */
  v.object({ op: v.literal('start'), options: startOptions }),
  v.object({ op: v.literal('addNode') }),
  v.object({ op: v.literal('stopNode'), node: name }),
  v.object({ op: v.literal('killNode'), node: name }),
  v.object({ op: v.literal('restartNode'), node: name }),
  /** Its connections stay; it does nothing until it is resumed. */
  v.object({ op: v.literal('pauseNode'), node: name }),
  v.object({ op: v.literal('resumeNode'), node: name }),
  /** Resolves when no connection crosses. Nodes that no group names are one more group. */
  v.object({ op: v.literal('partition'), groups: v.pipe(v.array(group), v.minLength(1)) }),
  /** Resolves when the network is healthy again. */
  v.object({ op: v.literal('heal') }),
  /** For a link of the topology. Replaces its faults; resolves when it goes through the proxy that has them. */
  v.object({ op: v.literal('setLinkFault'), a: name, b: name, faults: linkFaults }),
  v.object({ op: v.literal('clearLinkFault'), a: name, b: name }),
  /** Resolves when it has begun. See orchestrator/faults/churn.ts. */
  v.object({
    op: v.literal('startChurn'),
    perMinute: v.pipe(v.number(), v.minValue(1), v.maxValue(600)),
    turns: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
    downMs: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(60_000))),
    seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  /** Resolves when the last killed node is back. */
  v.object({ op: v.literal('stopChurn') }),
  /** Adds a node that does harm, so many times a second. */
  v.object({
    op: v.literal('addHostile'),
    kind: v.picklist(HOSTILITIES),
    perSecond: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(200))),
  }),
  /** Resolves when the mesh is healthy. */
  v.object({
    op: v.literal('waitReady'),
    withinMs: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(300_000))),
  }),
  /** From `node`, or from a random one. Either `text`, or `size` random bytes. */
  v.object({
    op: v.literal('broadcast'),
    node: v.optional(name),
    text: v.optional(v.pipe(v.string(), v.minLength(1), v.maxBytes(MAX_BROADCAST_BYTES))),
    size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BROADCAST_BYTES))),
  }),
  /** The text of a scenario file (scenario/schema.ts). Its steps are events; it resolves when the last passed or one failed. */
  v.object({ op: v.literal('runScenario'), text: v.pipe(v.string(), v.maxLength(1024 * 1024)) }),
  /** The scenarios that come with the product. */
  v.object({ op: v.literal('scenarios') }),
  /** From the start of the running network on, as far as that is kept, to its end. `file` is absolute, and new. */
  v.object({ op: v.literal('record'), file: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)) }),
  /** Resolves when the file is whole. */
  v.object({ op: v.literal('stopRecording') }),
  /** Keeps identities, links and settings of the running network under a name that is new (saved.ts). */
  v.object({ op: v.literal('saveNetwork'), name: v.pipe(v.string(), v.maxLength(200)) }),
  /** Starts a saved network, as `start` does. */
  v.object({ op: v.literal('loadNetwork'), name: v.pipe(v.string(), v.maxLength(200)) }),
  v.object({ op: v.literal('savedNetworks') }),
  v.object({ op: v.literal('stopAll') }),
  v.object({ op: v.literal('snapshot') }),
  /** The last lines a node wrote. */
  v.object({ op: v.literal('log'), node: name }),
])
export type Operation = v.InferOutput<typeof operation>

const toNetwork = v.variant('type', [
  v.object({ type: v.literal('heartbeat') }),
  v.object({ type: v.literal('request'), id: v.pipe(v.number(), v.integer()), operation }),
  /** Gives up on a request that is under way: a `start` is undone. */
  v.object({ type: v.literal('cancel'), id: v.pipe(v.number(), v.integer()) }),
])
export type ToNetwork = v.InferOutput<typeof toNetwork>

/** What each operation resolves to. */
export interface Results {
  start: { readyMs: number; discovery: 'mdns' | 'assigned' }
  addNode: { node: string }
  stopNode: Record<string, never>
  killNode: Record<string, never>
  restartNode: Record<string, never>
  pauseNode: Record<string, never>
  resumeNode: Record<string, never>
  partition: Record<string, never>
  heal: Record<string, never>
  setLinkFault: Record<string, never>
  clearLinkFault: Record<string, never>
  startChurn: Record<string, never>
  stopChurn: Record<string, never>
  addHostile: { node: string }
  waitReady: Record<string, never>
  /** `message` is the id that the `published` event carries. */
  broadcast: { node: string; message: string }
  runScenario: ScenarioResult
  scenarios: { scenarios: { name: string; title: string; description: string; text: string }[] }
  record: { file: string }
  stopRecording: { file: string }
  saveNetwork: { file: string }
  loadNetwork: Results['start']
  /** Sorted by name. */
  savedNetworks: { networks: SavedSummary[] }
  stopAll: Record<string, never>
  /** `state.count` says which events it already holds. */
  snapshot: { state: NetworkState }
  log: { lines: string[] }
}

/** A failure names the step, the cause and what to do, and the node if it was one. `message` is the whole as one sentence. */
export interface Failure {
  message: string
  step: string
  cause: string
  remedy: string
  node?: string
}

export type FromNetwork =
  | { type: 'reply'; id: number; result: Results[keyof Results] }
  | { type: 'failure'; id: number; failure: Failure }
  /** `first` is the number of the first event in the batch: the count of the state before it. */
  | { type: 'events'; first: number; events: NetworkEvent[] }

/** The message, or undefined when `value` is not one. Never throws. */
export function parseToNetwork(value: unknown): ToNetwork | undefined {
  const result = v.safeParse(toNetwork, value)
  return result.success ? result.output : undefined
}

const failure = v.object({
  message: v.string(),
  step: v.string(),
  cause: v.string(),
  remedy: v.string(),
  node: v.exactOptional(name),
})
const fromNetwork = v.variant('type', [
  v.object({ type: v.literal('reply'), id: v.number(), result: v.record(v.string(), v.unknown()) }),
  v.object({ type: v.literal('failure'), id: v.number(), failure }),
  v.object({ type: v.literal('events'), first: v.number(), events: v.array(v.unknown()) }),
])

/**
 * The message, or undefined when `value` is not one. Never throws. Events are checked one by one; what a reply holds
 * was made by our own code for the request with its id, so only its outline is checked.
 */
export function parseFromNetwork(value: unknown): FromNetwork | undefined {
  const parsed = v.safeParse(fromNetwork, value)
  if (!parsed.success) return undefined
  const message = parsed.output
  if (message.type === 'reply') return { ...message, result: message.result as Results[keyof Results] }
  if (message.type === 'failure') return message
  const events = message.events.map(parseEvent)
  return events.every(e => e !== undefined) ? { ...message, events } : undefined
}

/** The id of a request that did not parse, so that it can be answered at all, and what is wrong with it. */
export function explainBadRequest(value: unknown): { id: number; problem: string } | undefined {
  const request = v.safeParse(
    v.object({ type: v.literal('request'), id: v.pipe(v.number(), v.integer()) }),
    value,
  )
  if (!request.success) return undefined
  const result = v.safeParse(toNetwork, value)
  const issue = result.success ? undefined : result.issues[0]
  const path = issue ? v.getDotPath(issue) : null
  return {
    id: request.output.id,
    problem: `${cut(path ?? 'request', 120)}: ${cut(issue?.message ?? 'not understood', 200)}`,
  }
}
