// Exercise 4.1: Flooding.
import { randomUUID } from 'node:crypto'
import { emit, openLinks, type Links, type Peer } from 'p2plab'

/** A message on its way. `payload` is hex, because JSON has no bytes. */
type Flood = { type: 'flood'; id: string; payload: string }

interface Options {
  id: string
  host: string
  port: number
  peers: Peer[]
  window: number
}

let links: Links<Flood>
let peers: string[] = []
let window = 0

/** The ids of the last messages that were new, oldest first: a Set keeps the order in which its members came. */
const seen = new Set<string>()

export async function start({ id, host, port, peers: all, window: size }: Options) {
  window = size
  peers = all.map(peer => peer.id)
  links = await openLinks<Flood>({
    id,
    host,
    port,
    peers: all,
    onMessage: (from, message) => receive(message, from),
  })
  return { port: links.port }
}

export async function publish({ payload }: { payload: Buffer }) {
  // Random, so that no other node has it, and not this one either after a restart.
  const id = randomUUID()
  receive({ type: 'flood', id, payload: payload.toString('hex') })
  return { id }
}

/** A message from a peer; without `from`, one of our own. */
function receive(message: Flood, from?: string) {
  if (!isFlood(message)) return
  const { type, id, payload } = message
  if (seen.has(id)) return
  // Before it is passed on: it may come back meanwhile.
  remember(id)
  emit('delivered', { id, payload })
  for (const peer of peers) {
    if (peer !== from) links.send(peer, { type, id, payload })
  }
}

function remember(id: string) {
  seen.add(id)
  const [oldest] = seen
  if (seen.size > window) seen.delete(oldest!)
}

/** A peer can send anything. */
function isFlood({ type, id, payload }: { type: unknown; id?: unknown; payload?: unknown }): boolean {
  if (type !== 'flood' || typeof id !== 'string' || typeof payload !== 'string') return false
  return id.length >= 1 && id.length <= 64 && /^(?:[0-9a-f]{2})*$/.test(payload)
}
