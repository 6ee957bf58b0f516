// Exercise 4.8: Capstone: the Mini P2P Network. Write the functions that throw: records first, then the broadcast, then the commands. Raft is yours of 4.6.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  ed25519Sign,
  ed25519Verify,
  emit,
  openLinks,
  openStorage,
  parseAddress,
  type Links,
  type Peer,
  type Storage,
} from 'p2plab'
import * as raft from '../../6-majority-consensus/typescript/starter.ts'

/** Where a member is, in its own words. */
interface NodeRecord {
  type: 'record'
  id: string
  address: string
  seq: number
  signature: string
}
interface Flood {
  type: 'flood'
  id: string
  payload: string
}
/** What became of a command that a node was given. */
type Outcome =
  { outcome: 'done'; index: number; result: string } | { outcome: 'refused' } | { outcome: 'unknown' }
interface Submit {
  type: 'submit'
  id: string
  command: string
}
type Submitted = { type: 'submitted'; id: string } & Outcome
type Message = NodeRecord | Flood | Submit | Submitted | raft.Message

interface Options {
  id: string
  host: string
  port: number
  /** The address at which others find this node. */
  announce: string
  /** Its private key, Ed25519. */
  key: Buffer
  seeds: Peer[]
  /** All members, this node, too; their public keys are hex. */
  members: { id: string; publicKey: string }[]
  dataDir: string
  electionMs: number
  heartbeatMs: number
  submitMs: number
}

/** How many ids of broadcasts to remember. */
const WINDOW = 1_000

let me: Options
let links: Links<Message>
let storage: Storage
let toRaft: (from: string, message: raft.Message) => void = () => {}
/** The public keys of the other members. */
const keys = new Map<string, Buffer>()
/** The newest record of each member, with its own. */
const records = new Map<string, NodeRecord>()

/** Start this node. This is done: what is yours is in peersAtStart, and in what the links call. */
export async function start(options: Options): Promise<{ port: number }> {
  me = options
  storage = openStorage(me.dataDir)
  for (const { id, publicKey } of me.members) if (id !== me.id) keys.set(id, Buffer.from(publicKey, 'hex'))
  links = await openLinks<Message>({
    ...me,
    peers: peersAtStart(),
    onMessage: receive,
    onConnect: tellRecords,
  })
  await raft.start({
    ...me,
    // Raft knows them by their IDs alone. A message to one that is not connected is lost.
    peers: [...keys.keys()].map(id => ({ id, address: '' })),
    open: async ({ onMessage }) => {
      toRaft = onMessage
      return links
    },
  })
  return { port: links.port }
}

/** The signature of a text with this node's key, hex. This is done. */
const sign = (text: string): string => ed25519Sign(me.key, Buffer.from(text)).toString('hex')

/** Whether it is the signature of a text by this other member, in lower-case hex. False for everyone else. This is done. */
function isSignedBy(id: string, text: string, signature: string): boolean {
  const key = keys.get(id)
  if (key === undefined || !/^[0-9a-f]{128}$/.test(signature)) return false
  return ed25519Verify(key, Buffer.from(text), Buffer.from(signature, 'hex'))
}

/**
 * Load the records that you stored. Make your own one of this start, and store it. Return the members to dial: those that you know by their
 * records, and the seeds.
 */
function peersAtStart(): Peer[] {
  throw new Error('peersAtStart is not written yet')
}

/** There is a connection to this peer, for the first time or again. */
function tellRecords(peer: string): void {
  throw new Error('tellRecords is not written yet')
}

/** A message came from someone that says it is `from`. Who may send what? Raft's messages go toRaft(from, message). */
function receive(from: string, message: Message): void {
  throw new Error('receive is not written yet')
}

/** Is it genuine, and is it news? Then store it, links.addPeer, and pass it on. */
function onRecord(from: string, record: NodeRecord): void {
  throw new Error('onRecord is not written yet')
}

/** Broadcast a payload: to this node itself, with emit('delivered', { id, payload }), and to everyone else. */
export async function publish({ payload }: { payload: Buffer }): Promise<{ id: string }> {
  throw new Error('publish is not written yet')
}

/** A broadcast has come from a peer. */
function onFlood(from: string, flood: Flood): void {
  throw new Error('onFlood is not written yet')
}

/** A client's command. Hand it to the leader, which raft.knownLeader() names, and answer with what became of it. */
export async function submit({ command }: { command: string }): Promise<{ index: number; result: string }> {
  throw new Error('submit is not written yet')
}

/** Gives Raft a command, if this node leads. This is done. */
async function lead(command: string): Promise<Outcome> {
  if (raft.knownLeader() !== me.id) return { outcome: 'refused' }
  try {
    return { outcome: 'done', ...(await raft.submit({ command })) }
  } catch {
    return { outcome: 'unknown' }
  }
}

/** Another member hands over a client's command. Answer once. */
async function onSubmit(from: string, message: Submit): Promise<void> {
  throw new Error('onSubmit is not written yet')
}

/** What became of a command that you handed over. */
function onSubmitted(from: string, message: Submitted): void {
  throw new Error('onSubmitted is not written yet')
}
