// Exercise 4.1, written in another way: a class, a ring of ids, and sending after a turn of the event loop.
import { randomBytes } from 'node:crypto'
import { emit, openLinks, type Links, type Peer } from 'p2plab'

type Flood = { type: string; id: string; payload: string }

class Node {
  readonly #ring: string[]
  readonly #known = new Map<string, number>()
  #next = 0
  links?: Links<Flood>

  constructor(window: number) {
    this.#ring = new Array<string>(window)
  }

  /** False when it is known. */
  remember(id: string): boolean {
    if (this.#known.has(id)) return false
    const forgotten = this.#ring[this.#next]
    if (forgotten !== undefined) this.#known.delete(forgotten)
    this.#ring[this.#next] = id
    this.#known.set(id, this.#next)
    this.#next = (this.#next + 1) % this.#ring.length
    return true
  }
}

let node: Node
let all: Peer[] = []

export async function start(options: {
  id: string
  host: string
  port: number
  peers: Peer[]
  window: number
}) {
  const { window, ...rest } = options
  node = new Node(window)
  all = options.peers
  node.links = await openLinks<Flood>({ ...rest, onMessage: (from, message) => take(message, from) })
  return { port: node.links.port }
}

export async function publish({ payload }: { payload: Buffer }) {
  const message = {
    type: 'flood',
    id: randomBytes(16).toString('base64url'),
    payload: payload.toString('hex'),
  }
  take(message, '')
  return { id: message.id }
}

function take({ type, id, payload }: Flood, from: string) {
  if (type !== 'flood') return
  if (typeof id !== 'string' || id === '' || id.length > 64) return
  if (typeof payload !== 'string' || !/^[0-9a-f]*$/.test(payload) || payload.length % 2 !== 0) return
  if (!node.remember(id)) return
  setImmediate(() => {
    for (const { id: peer } of all) if (peer !== from) node.links?.send(peer, { type, id, payload })
  })
  emit('delivered', { id, payload: Buffer.from(payload, 'hex') })
}
