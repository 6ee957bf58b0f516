// Exercise 4.8: Capstone: the Mini P2P Network.
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
import * as raft from '../../6-majority-consensus/typescript/solution.ts'

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
  | { outcome: 'done'; index: number; result: string }
  /** It does not lead, and has done nothing. */
  | { outcome: 'refused' }
  /** The command may be applied, now or later, or not. */
  | { outcome: 'unknown' }
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
  announce: string
  key: Buffer
  seeds: Peer[]
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
const seen = new Set<string>()
/** Commands that another node was given, by the id of the message. */
const asked = new Map<string, { leader: string; answer(outcome: Outcome): void }>()

export async function start(options: Options) {
  me = options
  storage = openStorage(me.dataDir)
  for (const { id, publicKey } of me.members) if (id !== me.id) keys.set(id, Buffer.from(publicKey, 'hex'))
  for (const record of storage.load<NodeRecord[]>('records') ?? []) records.set(record.id, record)
  keep(ownRecord((records.get(me.id)?.seq ?? 0) + 1))
  // What a member says of itself is newer than what it says in the list of seeds.
  const addresses = new Map([...me.seeds, ...records.values()].map(({ id, address }) => [id, address]))
  addresses.delete(me.id)
  const peers = [...addresses].map(([id, address]) => ({ id, address }))
  links = await openLinks<Message>({ ...me, peers, onMessage: receive, onConnect: tellRecords })
  await raft.start({
    ...me,
    // Raft knows them by their IDs alone: a message to one that is not connected yet is lost.
    peers: [...keys.keys()].map(id => ({ id, address: '' })),
    open: async ({ onMessage }) => {
      toRaft = onMessage
      return links
    },
  })
  return { port: links.port }
}

const signedPart = ({ id, address, seq }: { id: string; address: string; seq: number }): Buffer =>
  Buffer.from(`record ${id} ${address} ${seq}`)

function ownRecord(seq: number): NodeRecord {
  const record = { id: me.id, address: me.announce, seq }
  return { type: 'record', ...record, signature: ed25519Sign(me.key, signedPart(record)).toString('hex') }
}

/** On disk before anyone hears of it. */
function keep(record: NodeRecord) {
  records.set(record.id, record)
  storage.save('records', [...records.values()])
}

function tellRecords(peer: string) {
  for (const record of records.values()) links.send(peer, record)
}

function receive(from: string, message: Message) {
  // It proves itself, whoever brings it.
  if (message.type === 'record') return onRecord(from, message)
  if (!keys.has(from)) return
  switch (message.type) {
    case 'flood':
      return onFlood(message, from)
    case 'submit':
      return void onSubmit(from, message)
    case 'submitted':
      return onSubmitted(from, message)
    case 'request-vote':
    case 'vote':
    case 'append-entries':
    case 'appended':
      return toRaft(from, message)
  }
}

function onRecord(from: string, { type, id, address, seq, signature }: NodeRecord) {
  if (!isGenuine({ type, id, address, seq, signature })) return
  if (seq <= (records.get(id)?.seq ?? 0)) return
  const record = { type, id, address, seq, signature }
  keep(record)
  links.addPeer({ id, address })
  for (const peer of links.connected()) if (peer !== from) links.send(peer, record)
}

/** Of another member, which has signed it. */
function isGenuine(record: NodeRecord): boolean {
  const { id, address, seq, signature } = record
  const key = keys.get(id)
  if (!key || !isAddress(address) || !Number.isSafeInteger(seq) || seq < 1) return false
  if (typeof signature !== 'string' || !/^[0-9a-f]{128}$/.test(signature)) return false
  return ed25519Verify(key, signedPart(record), Buffer.from(signature, 'hex'))
}

function isAddress(address: unknown): boolean {
  if (typeof address !== 'string') return false
  try {
    parseAddress(address)
    return true
  } catch {
    return false
  }
}

export async function publish({ payload }: { payload: Buffer }) {
  const id = randomUUID()
  onFlood({ type: 'flood', id, payload: payload.toString('hex') })
  return { id }
}

/** A message from a peer; without `from`, one of our own. */
function onFlood({ type, id, payload }: Flood, from?: string) {
  if (typeof id !== 'string' || id.length < 1 || id.length > 64) return
  if (typeof payload !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(payload)) return
  if (seen.has(id)) return
  seen.add(id)
  const [oldest] = seen
  if (seen.size > WINDOW) seen.delete(oldest!)
  emit('delivered', { id, payload })
  for (const peer of links.connected()) if (peer !== from) links.send(peer, { type, id, payload })
}

export async function submit({ command }: { command: string }) {
  const until = performance.now() + me.submitMs
  for (let left = me.submitMs; left > 0; left = until - performance.now()) {
    const outcome = await attempt(command, left)
    // Whoever has it may still apply it. Nobody must get it a second time.
    if (outcome.outcome === 'unknown') throw new Error('unknown: the command may be applied, or not')
    if (outcome.outcome === 'done') return { index: outcome.index, result: outcome.result }
    await pause(Math.min(me.heartbeatMs, left))
  }
  throw new Error(`refused: no leader took the command within ${me.submitMs} ms`)
}

/** Hands the command to the leader, once. */
async function attempt(command: string, ms: number): Promise<Outcome> {
  const leader = raft.knownLeader()
  if (leader === undefined) return { outcome: 'refused' }
  if (leader === me.id) return within(ms, lead(command))
  const id = randomUUID()
  const answered = new Promise<Outcome>(answer => asked.set(id, { leader, answer }))
  try {
    if (!links.send(leader, { type: 'submit', id, command })) return { outcome: 'refused' }
    return await within(ms, answered)
  } finally {
    asked.delete(id)
  }
}

/** The outcome; 'unknown' when there is none in time. */
async function within(ms: number, outcome: Promise<Outcome>): Promise<Outcome> {
  const over = new AbortController()
  const late = pause<Outcome>(ms, { outcome: 'unknown' }, { signal: over.signal })
  late.catch(() => {})
  try {
    return await Promise.race([outcome, late])
  } finally {
    over.abort()
  }
}

/** Only a leader takes a command. */
async function lead(command: string): Promise<Outcome> {
  if (raft.knownLeader() !== me.id) return { outcome: 'refused' }
  try {
    return { outcome: 'done', ...(await raft.submit({ command })) }
  } catch {
    return { outcome: 'unknown' }
  }
}

async function onSubmit(from: string, { id, command }: Submit) {
  if (typeof id !== 'string' || typeof command !== 'string') return
  links.send(from, { type: 'submitted', id, ...(await lead(command)) })
}

function onSubmitted(from: string, message: Submitted) {
  const waiting = asked.get(message.id)
  if (waiting?.leader === from && isOutcome(message)) waiting.answer(message)
}

const isOutcome = (message: Submitted): boolean =>
  message.outcome === 'done'
    ? Number.isSafeInteger(message.index) && typeof message.result === 'string'
    : message.outcome === 'refused' || message.outcome === 'unknown'
