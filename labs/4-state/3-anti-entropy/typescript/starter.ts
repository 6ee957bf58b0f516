// Exercise 4.3: Anti-entropy. Two nodes that have grown apart find what differs, and send each other only that.
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

/** What you have: the items by their ids. */
const items = new Map<string, Buffer>()
let links: Links<Message>
/** What survives a kill. An entry is a batch of items in hex. */
let log: Log<string[]>

/**
 * Read back what is in the log, listen, and dial the peers. `links.send(peer, message)` then sends to one of them, and returns false while it
 * is not connected; `links.connected()` are those that are. What is missing: a sync with each of them every `syncMs`.
 */
export async function start({ id, host, port, peers, dataDir, syncMs }: Options) {
  log = openLog<string[]>(dataDir)
  for (const batch of log.entries) for (const hex of batch) remember(Buffer.from(hex, 'hex'))
  links = await openLinks<Message>({ id, host, port, peers, onMessage: receive })
  return { port: links.port }
}

/** Add items. Append those that are new to the log, in one entry, before you return. */
export async function put({ items }: { items: Buffer[] }): Promise<{ ids: string[] }> {
  throw new Error('put is not written yet')
}

/** The item with this id; `data` is undefined if there is none. */
export async function get({ id }: { id: string }): Promise<{ data?: Buffer }> {
  throw new Error('get is not written yet')
}

/** How many items there are, and the digest of the prefix "". */
export async function status(): Promise<{ count: number; digest: string }> {
  throw new Error('status is not written yet')
}

/** Send the peer your digests of the prefix "". Fail if it is not connected. */
export async function sync({ peer }: { peer: string }): Promise<void> {
  throw new Error('sync is not written yet')
}

/**
 * A message has come from a peer. Each of the four kinds has an answer in the README's table; new items are told with
 * emit('grew', { count: items.size }). A peer can send anything: look before you use it.
 */
function receive(from: string, message: Message) {
  throw new Error('receive is not written yet')
}

/** Keep an item in memory. */
function remember(item: Buffer) {
  throw new Error('remember is not written yet')
}
