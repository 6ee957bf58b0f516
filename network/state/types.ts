/** What the state of a network is made of, and the state before the first event. */
import type { Discovery, Group, Hostility, LinkFaults, Plan } from '../events.ts'

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
  /** Set while the node is paused; its phase stays. */
  paused?: 'SIGSTOP' | 'sockets'
  /** Set when the node is there to do harm. */
  hostile?: Hostility
  /** gossipsub's scores by peer id, of the peers whose score has ever been other than 0. */
  scores?: Readonly<Record<string, number>>
  /** Of a node that is a learner's program: what it reported last, the term that it leads, and the newest of what it agrees on. */
  reported?: { event: string; data: string; at: number }
  leads?: number
  tip?: string
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

/** A link that goes through a proxy with faults. */
export interface FaultyLink {
  a: string
  b: string
  faults: LinkFaults
  /** What the proxy has done; undefined until it did something. */
  acted?: { bytes: number; delayed: number; lost: number; paced: number; resets: number }
}

export interface NetworkState {
  phase: 'none' | 'starting' | 'ready' | 'stopping' | 'stopped'
  network: string
  topology: Plan
  discovery: Discovery
  /** What its nodes ask for in multicast DNS, and the UDP port of the group; undefined when their addresses are assigned. */
  mdns?: { serviceTag: string; port: number }
  topic: string
  /** The exercise whose learner's program its nodes are; undefined where they are nodes of libp2p. */
  program?: string
  requested: number
  startedAt: number
  readyMs?: number
  /** With a `node` it is about that node, and gone with it. */
  notices: readonly { at: number; level: 'info' | 'warning' | 'error'; text: string; node?: string }[]
  nodes: Readonly<Record<string, NodeState>>
  /** Peer id → our name for that node. */
  names: Readonly<Record<string, string>>
  /** The last MAX_MESSAGES messages, oldest first; see forgotten.ts for which of them go. */
  messages: readonly MessageState[]
  /** Those that are not among `messages` any more, the latest of them; undefined while there are none. */
  forgotten?: readonly (readonly number[])[]
  totals: {
    published: number
    received: number
    duplicates: number
    rejected: number
    failedDials: number
    /** Messages on the links of learners' programs, those that were lost included. */
    frames: number
  }
  /** Where the network's metrics are answered; undefined when it was started without. */
  metrics?: string
  /** Others can join with this code; undefined when the network is not shared. */
  shared?: { code: string; address: string }
  /** The network of another computer that this one has joined. */
  joined?: { address: string; peers: readonly string[] }
  /** The parts of the network that are cut off from each other; undefined when it is whole. */
  partition?: readonly Group[]
  /** Since when; there while `partition` is. */
  splitAt?: number
  /** The last split that was healed, and from when to when it was. */
  lastSplit?: { groups: readonly Group[]; from: number; to: number }
  /** The connections between those parts that there were: the split has closed them. */
  cut?: readonly { a: string; b: string }[]
  /** By `linkKey(a, b)`. */
  faultyLinks: Readonly<Record<string, FaultyLink>>
  churn?: { perMinute: number; turns: number; downMs: number; seed: number }
  /** The scenario that runs or ran last, with the steps so far. */
  scenario?: {
    title: string
    of: number
    steps: readonly { title: string; outcome: 'running' | 'passed' | 'failed'; detail: string; ms: number }[]
  }
  /** The file that the network is recorded to, without its folder, and since when. With a `problem` it is not recorded any more. */
  recording?: { file: string; at: number; problem?: string }
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
  totals: { published: 0, received: 0, duplicates: 0, rejected: 0, failedDials: 0, frames: 0 },
  faultyLinks: {},
  count: 0,
  at: 0,
}

/** One name for a link, whichever way round. */
export const linkKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

export const newNode = (name: string): NodeState => ({
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
