import { once } from 'node:events'
import net from 'node:net'
import { parseAddress } from 'p2plab'
import { encodeFrame, frameDecoder } from '../../../1-tcp/2-frames/typescript/solution.ts'

export interface KnownPeer {
  id: string
  address: string
  group: string
}

export interface Options {
  id: string
  peers: KnownPeer[]
  target: number
  max: number
  maxPerGroup: number
  protectedIds: string[]
  backoffMs: number
  maxBackoffMs: number
  helloMs: number
}

/** A connection that is accepted, or a dial under way. */
interface Slot {
  link: Link
  direction: 'inbound' | 'outbound'
  isConnected: boolean
}

class Manager {
  readonly #options: Options
  readonly #groups: Map<string, string>
  /** By id, the oldest first. One for each peer, from the moment it is dialed: so there are never two connections to it. */
  readonly #slots = new Map<string, Slot>()
  /** By id: failures in a row. */
  readonly #failures = new Map<string, number>()
  /** By id: peers that must not be dialed yet. */
  readonly #waits = new Map<string, NodeJS.Timeout>()

  constructor(options: Options) {
    this.#options = options
    this.#groups = new Map(options.peers.map(({ id, group }) => [id, group]))
  }

  /** Dials until the target is reached, or nobody is left. */
  fill(): void {
    for (const peer of this.#options.peers) {
      if (this.#slots.size >= this.#options.target) return
      const { id } = peer
      const isFree = id !== this.#options.id && !this.#slots.has(id) && !this.#waits.has(id)
      if (isFree && this.#hasShare(id)) this.#dial(peer)
    }
  }

  #dial({ id, address }: KnownPeer): void {
    const { host, port } = parseAddress(address)
    const link = new Link(net.connect(port, host), {
      onHello: answered => {
        clearTimeout(timer)
        if (answered !== id) return link.close()
        slot.isConnected = true
        this.#failures.delete(id)
      },
      onClosed: () => {
        clearTimeout(timer)
        this.#closed(id, link)
      },
    })
    const timer = setTimeout(() => link.close(), this.#options.helloMs)
    const slot: Slot = { link, direction: 'outbound', isConnected: false }
    this.#slots.set(id, slot)
    link.sendHello(this.#options.id)
  }

  accept(socket: net.Socket): void {
    let peer: string | undefined
    const link = new Link(socket, {
      onHello: id => {
        clearTimeout(timer)
        if (!this.#admits(id)) return link.close()
        peer = id
        this.#slots.set(id, { link, direction: 'inbound', isConnected: true })
        this.#failures.delete(id)
        link.sendHello(this.#options.id)
      },
      onClosed: () => {
        clearTimeout(timer)
        if (peer !== undefined) this.#closed(peer, link)
      },
    })
    const timer = setTimeout(() => link.close(), this.#options.helloMs)
  }

  peers(): { id: string; direction: 'inbound' | 'outbound' }[] {
    return [...this.#slots]
      .filter(([, { isConnected }]) => isConnected)
      .map(([id, { direction }]) => ({ id, direction }))
  }

  /** Whether an inbound connection of this peer may have a slot, which is free then. */
  #admits(id: string): boolean {
    const { id: own, max } = this.#options
    if (id === own) return false
    const other = this.#slots.get(id)
    if (other) {
      // Both sides know both ids, so both come to the same answer: the dial of the greater id wins.
      if (other.direction === 'outbound' && own > id) return false
      other.link.close()
      return true
    }
    if (!this.#isProtected(id) && !this.#hasShare(id)) return false
    if (this.#slots.size < max) return true
    return this.#isProtected(id) && this.#makesRoom()
  }

  /** Whether the group of this peer may have one more slot. */
  #hasShare(id: string): boolean {
    const group = this.#groups.get(id)
    const taken = [...this.#slots.keys()].filter(other => this.#groups.get(other) === group)
    return taken.length < this.#options.maxPerGroup
  }

  /** Closes the youngest connection that is not protected. False if there is none. */
  #makesRoom(): boolean {
    const youngest = [...this.#slots.keys()].findLast(id => !this.#isProtected(id))
    if (youngest === undefined) return false
    const { link } = this.#slots.get(youngest)!
    this.#release(youngest)
    link.close()
    return true
  }

  #isProtected(id: string): boolean {
    return this.#options.protectedIds.includes(id)
  }

  #closed(id: string, link: Link): void {
    // The slot may belong to another connection by now.
    if (this.#slots.get(id)?.link !== link) return
    this.#release(id)
    this.fill()
  }

  /** The slot is free. Its peer has to wait. */
  #release(id: string): void {
    this.#slots.delete(id)
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    const { backoffMs, maxBackoffMs } = this.#options
    const longest = Math.min(maxBackoffMs, backoffMs * 2 ** (failures - 1))
    clearTimeout(this.#waits.get(id))
    const wait = setTimeout(
      () => {
        this.#waits.delete(id)
        this.fill()
      },
      longest * (0.5 + Math.random() / 2),
    )
    this.#waits.set(id, wait)
  }
}

/** A connection in frames, which begins with a hello in each direction. */
class Link {
  readonly #socket: net.Socket

  /** Calls onHello with the id when the hello is complete, and onClosed once, in the end. Closes itself if the first frame is not a hello. */
  constructor(socket: net.Socket, { onHello, onClosed }: { onHello(id: string): void; onClosed(): void }) {
    this.#socket = socket
    const decode = frameDecoder()
    let isGreeted = false
    socket.on('data', chunk => {
      // What comes behind the hello is not for us, and neither is what comes when we have closed.
      if (isGreeted || socket.destroyed) return
      const [body] = decode(chunk)
      if (!body) return
      isGreeted = true
      const id = readHello(body)
      if (id === undefined) socket.destroy()
      else onHello(id)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', onClosed)
  }

  sendHello(id: string): void {
    this.#socket.write(encodeFrame(Buffer.from(JSON.stringify({ type: 'hello', id }))))
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** The id in a hello; undefined if it is none. */
function readHello(body: Buffer): string | undefined {
  try {
    const { type, id } = JSON.parse(body.toString())
    return type === 'hello' && /^[0-9a-f]{16}$/.test(id) ? id : undefined
  } catch {
    return undefined
  }
}

let manager: Manager | undefined

export async function start({
  host,
  port,
  ...options
}: Options & { host: string; port: number }): Promise<{ port: number }> {
  const started = new Manager(options)
  const server = net.createServer(socket => started.accept(socket))
  server.listen(port, host)
  await once(server, 'listening')
  manager = started
  started.fill()
  return { port: (server.address() as net.AddressInfo).port }
}

export async function peers(): Promise<{ peers: { id: string; direction: 'inbound' | 'outbound' }[] }> {
  return { peers: manager?.peers() ?? [] }
}
