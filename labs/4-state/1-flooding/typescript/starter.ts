// Exercise 4.1: Flooding.
import { randomUUID } from 'node:crypto'
import { emit, openLinks, type Links, type Peer } from 'p2plab'

/** A message on its way. `payload` is hex, because JSON has no bytes. */
type Flood = { type: 'flood'; id: string; payload: string }

let links: Links<Flood>
let neighbors: string[] = []
let window = 0

/** The ids of the last `window` messages, oldest first: a Set keeps the order in which its members came. */
const seen = new Set<string>()

export async function start(options: { id: string; host: string; port: number; peers: Peer[]; window: number }) {
  window = options.window
  neighbors = options.peers.map(peer => peer.id)
  links = await openLinks<Flood>({ ...options, onMessage: (from, message) => receive(message, from) })
  return { port: links.port }
}

export async function publish({ payload }: { payload: Buffer }) {
  // Equal payloads are two messages: the id says which is which. Random, so that no other node has the same one, nor this one after a restart.
  const id = randomUUID()
  receive({ type: 'flood', id, payload: payload.toString('hex') })
  return { id }
}

/** A message from a neighbor, or a new one of our own. */
function receive(message: Flood, from?: string) {
  const { type, id, payload } = message
  if (type !== 'flood' || typeof id !== 'string' || typeof payload !== 'string') return
  if (seen.has(id)) return
  // Before it is passed on: it may come back before this function ends.
  seen.add(id)
  if (seen.size > window) seen.delete(seen.values().next().value!)
  emit('delivered', { id, payload })
  for (const neighbor of neighbors) if (neighbor !== from) links.send(neighbor, { type, id, payload })
}
