// Exercise 4.1: Flooding. Copies of this program form a network. What one node publishes, all nodes hear, once.
import { type Links, type Peer } from 'p2plab'

/** A message on its way. `payload` is hex, because JSON has no bytes. */
type Flood = { type: 'flood'; id: string; payload: string }

interface Options {
  id: string
  host: string
  port: number
  peers: Peer[]
  /** How many ids to remember. */
  window: number
}

let links: Links<Flood>

/**
 * Listen, and dial the peers: `links = await openLinks<Flood>({ id, host, port, peers, onMessage: … })` does both, and calls onMessage with the peer and
 * its message. `links.send(peer, message)` then sends to one of them, and returns false while it is not connected. Return `links.port`.
 */
export async function start({ id, host, port, peers, window }: Options): Promise<{ port: number }> {
  throw new Error('start is not written yet')
}

/** Make a message with an id of its own, and let it go the way of every new message. */
export async function publish({ payload }: { payload: Buffer }): Promise<{ id: string }> {
  throw new Error('publish is not written yet')
}

/**
 * A message has come from a peer, or is our own (without `from`). Is it new? Then remember its id, tell it with
 * emit('delivered', { id, payload }), and pass it on. A peer can send anything: look before you use it.
 */
function receive(message: Flood, from?: string) {
  throw new Error('receive is not written yet')
}
