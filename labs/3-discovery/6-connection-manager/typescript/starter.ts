// Exercise 3.6: Connection manager. Write the class Manager, and check in between. The rest is done.
import { once } from 'node:events'
import net from 'node:net'
import { parseAddress } from 'p2plab'
import { encodeFrame, frameDecoder } from '../../../1-tcp/2-frames/typescript/starter.ts'

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

/** Decides which connections there are. Add fields for the slots, and for the peers that have to wait. */
class Manager {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Dial peers while fewer than `target` slots are taken. Call it whenever a slot becomes free, or a wait is over. */
  fill(): void {
    throw new Error('fill is not written yet')
  }

  /** Make a connection to this peer: a Link on net.connect. It takes its slot now, and its hello goes out first. */
  #dial({ id, address }: KnownPeer): void {
    const { host, port } = parseAddress(address)
    throw new Error('dial is not written yet')
  }

  /** A connection that somebody else has made. Look at its hello, and decide. */
  accept(socket: net.Socket): void {
    socket.destroy()
  }

  /** The peers that are connected: both hellos are there. */
  peers(): { id: string; direction: 'inbound' | 'outbound' }[] {
    return []
  }
}

/** A connection in frames, which begins with a hello in each direction. */
class Link {
  readonly #socket: net.Socket

  /** Calls onHello with the id when the hello is complete, and onClosed once, in the end. Closes itself if the first frame is not a hello. */
  constructor(
    socket: net.Socket,
    { onHello, onClosed }: { onHello(id: string): void; onClosed(): void },
  ) {
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

  /** You can call it before the connection is made. */
  sendHello(id: string): void {
    this.#socket.write(encodeFrame(Buffer.from(JSON.stringify({ type: 'hello', id }))))
  }

  /** Closes both directions at once. onClosed follows later. */
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
