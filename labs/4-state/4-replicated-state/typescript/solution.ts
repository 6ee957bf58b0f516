// Exercise 4.4: Replicated state.
import { randomBytes } from 'node:crypto'
import { emit, openLinks, openStorage, type Links, type Peer, type Storage } from 'p2plab'

/** What a replica has added and subtracted in total. Both only grow, so the greater number is the newer one. */
type Count = { replica: string; plus: number; minus: number }
/** The last write of a key; the value of a removed key is null. */
type Entry = { key: string; value: string | null; time: number; replica: string }
/** All that a node knows, or a part of it. */
type State = { counts: Count[]; entries: Entry[] }
type Message = State & { type: 'state' }

let replica = ''
let clockMs = 0
let storage: Storage
let links: Links<Message>
let peers: Peer[] = []

const counts = new Map<string, Count>()
const entries = new Map<string, Entry>()

export async function start(options: {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  clockMs: number
}) {
  peers = options.peers
  clockMs = options.clockMs
  storage = openStorage(options.dataDir)
  const saved = storage.load<State & { replica: string }>('state')
  if (saved) merge(saved)
  // Without what we had, we are another replica: the counts of the old one are greater than ours.
  replica = saved?.replica ?? `${options.id}-${randomBytes(8).toString('hex')}`
  save()
  links = await openLinks<Message>({
    ...options,
    onMessage: (from, message) => {
      if (isState(message)) apply(message, from)
    },
    onConnect: peer => void links.send(peer, { type: 'state', ...whole() }),
  })
  return { port: links.port }
}

export async function add({ amount }: { amount: number }) {
  const { plus, minus } = counts.get(replica) ?? { plus: 0, minus: 0 }
  const count = amount > 0 ? { plus: plus + amount, minus } : { plus, minus: minus - amount }
  apply({ counts: [{ replica, ...count }], entries: [] })
}

export async function set({ key, value }: { key: string; value: string }) {
  return write(key, value)
}

export async function remove({ key }: { key: string }) {
  return write(key, null)
}

export async function read() {
  const present = []
  for (const { key, value } of entries.values()) if (value !== null) present.push({ key, value })
  return { counter: total(), entries: present }
}

/** A write of our own: it wins over all that we have seen. */
function write(key: string, value: string | null) {
  let time = Date.now() + clockMs
  for (const seen of entries.values()) time = Math.max(time, seen.time + 1)
  apply({ counts: [], entries: [{ key, value, time, replica }] })
  return { time, replica }
}

/** Merges a state that a peer sent, or a change of our own; stores what is new, and only then tells others. */
function apply(state: State, from?: string) {
  const changed = merge(state)
  if (changed.counts.length === 0 && changed.entries.length === 0) return
  save()
  for (const { id } of peers) if (id !== from) links.send(id, { type: 'state', ...changed })
  let keys = 0
  for (const { value } of entries.values()) if (value !== null) keys++
  emit('changed', { counter: total(), keys })
}

/** Returns what it changed, as it is now. */
function merge(state: State): State {
  // Maps: one state may say several things of a key.
  const newCounts = new Map<string, Count>()
  const newEntries = new Map<string, Entry>()
  for (const { replica, plus, minus } of state.counts) {
    const mine = counts.get(replica) ?? { plus: 0, minus: 0 }
    if (plus <= mine.plus && minus <= mine.minus) continue
    const merged = { replica, plus: Math.max(plus, mine.plus), minus: Math.max(minus, mine.minus) }
    counts.set(replica, merged)
    newCounts.set(replica, merged)
  }
  for (const { key, value, time, replica } of state.entries) {
    const mine = entries.get(key)
    if (mine && (time < mine.time || (time === mine.time && replica <= mine.replica))) continue
    entries.set(key, { key, value, time, replica })
    newEntries.set(key, { key, value, time, replica })
  }
  return { counts: [...newCounts.values()], entries: [...newEntries.values()] }
}

/** Whether a message is a state in all its parts: nobody has looked at it before. */
function isState(message: unknown): message is State {
  if (!isRecord(message) || message.type !== 'state') return false
  const { counts, entries } = message
  return Array.isArray(counts) && counts.every(isCount) && Array.isArray(entries) && entries.every(isEntry)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const isNumber = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isCount = (value: unknown) =>
  isRecord(value) && typeof value.replica === 'string' && isNumber(value.plus) && isNumber(value.minus)
const isEntry = (value: unknown) =>
  isRecord(value) &&
  typeof value.key === 'string' &&
  (typeof value.value === 'string' || value.value === null) &&
  isNumber(value.time) &&
  typeof value.replica === 'string'

const whole = (): State => ({ counts: [...counts.values()], entries: [...entries.values()] })

function save() {
  storage.save('state', { replica, ...whole() })
}

function total() {
  let sum = 0
  for (const { plus, minus } of counts.values()) sum += plus - minus
  return sum
}
