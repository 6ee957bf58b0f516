// Exercise 4.3: Anti-entropy.
import { createHash } from 'node:crypto'
import { emit, openLinks, openLog, type Links, type Log, type Peer } from 'p2plab'

/** Items are hex, because JSON has no bytes. */
type Message =
  | { type: 'digests'; prefix: string; hashes: string[] }
  | { type: 'ids'; prefix: string; ids: string[] }
  | { type: 'want'; ids: string[] }
  | { type: 'items'; items: string[] }

interface Options {
  id: string
  host: string
  port: number
  peers: Peer[]
  dataDir: string
  syncMs: number
}

const DIGITS = [...'0123456789abcdef']
/** With so many ids below a prefix, a list is shorter than one more level. */
const MOST_LISTED = 16
const MOST_ITEMS = 1_000
const MOST_BYTES = 256

const items = new Map<string, Buffer>()
let links: Links<Message>
/** An entry is a batch of items in hex. */
let log: Log<string[]>

export async function start({ id, host, port, peers, dataDir, syncMs }: Options) {
  log = openLog<string[]>(dataDir)
  for (const batch of log.entries) for (const hex of batch) remember(Buffer.from(hex, 'hex'))
  links = await openLinks<Message>({ id, host, port, peers, onMessage: receive })
  setInterval(() => links.connected().forEach(beginSync), syncMs)
  return { port: links.port }
}

export async function put({ items }: { items: Buffer[] }) {
  for (const item of items)
    if (item.length > MOST_BYTES)
      throw new Error(`an item of ${item.length} bytes: ${MOST_BYTES} is the most`)
  add(items)
  return { ids: items.map(idOf) }
}

export async function get({ id }: { id: string }) {
  return { data: items.get(id) }
}

export async function status() {
  return { count: items.size, digest: digestOf(under('')) }
}

export async function sync({ peer }: { peer: string }) {
  if (!beginSync(peer)) throw new Error(`${peer} is not connected`)
}

const beginSync = (peer: string) => links.send(peer, digestsBelow(''))

function receive(from: string, message: Message) {
  if (!isMessage(message)) return
  switch (message.type) {
    case 'digests':
      return compare(from, message.prefix, message.hashes)
    case 'ids':
      return exchange(from, message.prefix, message.ids)
    case 'want':
      return sendItems(from, message.ids)
    case 'items':
      if (add(message.items.map(hex => Buffer.from(hex, 'hex')))) emit('grew', { count: items.size })
  }
}

/** Goes one level down wherever the peer has something else. */
function compare(peer: string, prefix: string, hashes: string[]) {
  parts(prefix).forEach(({ prefix, ids }, i) => {
    if (digestOf(ids) === hashes[i]) return
    links.send(peer, ids.length <= MOST_LISTED ? { type: 'ids', prefix, ids } : digestsBelow(prefix))
  })
}

/** The peer has exactly these ids below the prefix: both sides get what they lack. */
function exchange(peer: string, prefix: string, ids: string[]) {
  const lacking = ids.filter(id => !items.has(id))
  if (lacking.length > 0) links.send(peer, { type: 'want', ids: lacking })
  const theirs = new Set(ids)
  sendItems(
    peer,
    under(prefix).filter(id => !theirs.has(id)),
  )
}

function sendItems(peer: string, ids: string[]) {
  const found = ids.flatMap(id => items.get(id)?.toString('hex') ?? [])
  for (let i = 0; i < found.length; i += MOST_ITEMS)
    links.send(peer, { type: 'items', items: found.slice(i, i + MOST_ITEMS) })
}

/** Whether any of them is new. They are on disk before they count. */
function add(all: Buffer[]): boolean {
  const fresh = all.filter(item => !items.has(idOf(item)))
  if (fresh.length === 0) return false
  log.append(fresh.map(item => item.toString('hex')))
  fresh.forEach(remember)
  return true
}

function remember(item: Buffer) {
  items.set(idOf(item), item)
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')
const idOf = (item: Buffer) => sha256(item)

/** The ids that begin with it, sorted. */
const under = (prefix: string) => [...items.keys()].filter(id => id.startsWith(prefix)).sort()
const digestOf = (sorted: string[]) => sha256(sorted.join('')).slice(0, 16)

/** What is below a prefix, by its next digit. */
function parts(prefix: string) {
  const ids = under(prefix)
  return DIGITS.map(digit => ({
    prefix: prefix + digit,
    ids: ids.filter(id => id.startsWith(prefix + digit)),
  }))
}

const digestsBelow = (prefix: string): Message => ({
  type: 'digests',
  prefix,
  hashes: parts(prefix).map(({ ids }) => digestOf(ids)),
})

/** A peer can send anything. */
function isMessage(message: Message): boolean {
  switch (message.type) {
    case 'digests':
      return (
        isHex(message.prefix, 0, 63) &&
        isList(message.hashes, hash => isHex(hash, 16)) &&
        message.hashes.length === 16
      )
    case 'ids':
      return (
        isHex(message.prefix, 0, 64) &&
        isList(message.ids, id => isHex(id, 64) && id.startsWith(message.prefix))
      )
    case 'want':
      return isList(message.ids, id => isHex(id, 64))
    case 'items':
      return isList(message.items, item => isHex(item, 0, 2 * MOST_BYTES) && item.length % 2 === 0)
    default:
      return false
  }
}

const isList = (value: unknown, isRight: (entry: string) => boolean) =>
  Array.isArray(value) && value.every(isRight)
const isHex = (value: unknown, least: number, most = least) =>
  typeof value === 'string' && value.length >= least && value.length <= most && /^[0-9a-f]*$/.test(value)
