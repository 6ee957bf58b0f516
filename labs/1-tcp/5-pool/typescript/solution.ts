import net from 'node:net'
import { parseAddress } from 'p2plab'
import { encodeFrame, frameDecoder } from '../../2-frames/typescript/solution.ts'

/** In front of each request and reply: a u32, big-endian. */
const ID = 4

interface Waiting {
  resolve(bytes: Buffer): void
  reject(error: Error): void
}

interface Connection {
  socket: net.Socket
  /** The requests that wait for a reply on this connection, by id. */
  waiting: Map<number, Waiting>
  /** Runs while nothing waits. */
  idle?: NodeJS.Timeout
}

let settings = { peer: '', maxConnections: 1, idleMs: 60_000 }
const connections = new Set<Connection>()
let lastId = 0

/** Remembers where to connect and how. Connections are opened when a request needs one. */
export async function open(pool: { peer: string; maxConnections: number; idleMs: number }): Promise<void> {
  settings = pool
}

/** Sends the bytes as a request and returns the reply. Throws when the connection ends before the reply has come. */
export async function request({ bytes }: { bytes: Buffer }): Promise<{ bytes: Buffer }> {
  // No await before the request is sent: another one could come in between and choose by what is no longer true.
  const connection = choose()
  clearTimeout(connection.idle)
  const id = (lastId = (lastId + 1) % 2 ** 32)
  const reply = new Promise<Buffer>((resolve, reject) => connection.waiting.set(id, { resolve, reject }))
  const head = Buffer.alloc(ID)
  head.writeUInt32BE(id)
  connection.socket.write(encodeFrame(Buffer.concat([head, bytes])))
  return { bytes: await reply }
}

/** A free connection; else a new one, if there is room; else the one on which the fewest requests wait. */
function choose(): Connection {
  let best: Connection | undefined
  for (const each of connections) if (!best || each.waiting.size < best.waiting.size) best = each
  if (best && (best.waiting.size === 0 || connections.size >= settings.maxConnections)) return best
  return connect()
}

/** It counts from here on, also while it is not connected yet: until then Node keeps what is written. */
function connect(): Connection {
  const socket = net.connect(parseAddress(settings.peer))
  const connection: Connection = { socket, waiting: new Map() }
  connections.add(connection)

  const decode = frameDecoder()
  socket.on('data', chunk => {
    for (const body of decode(chunk)) {
      if (body.length < ID) return void socket.destroy(new Error('a reply without an id'))
      const id = body.readUInt32BE()
      // A reply that nobody waits for is late, or there twice: ignored.
      connection.waiting.get(id)?.resolve(body.subarray(ID))
      connection.waiting.delete(id)
    }
    // Idle is who waits for nothing: not who has heard nothing for a while.
    clearTimeout(connection.idle)
    if (connection.waiting.size === 0) connection.idle = setTimeout(forget, settings.idleMs)
  })

  let reason = new Error('the connection ended before the reply')
  // The one way out of the pool, however a connection ends. What waited there is not sent again: the peer may have
  // done it already, and only the caller knows whether doing it twice is safe.
  const forget = () => {
    connections.delete(connection)
    clearTimeout(connection.idle)
    socket.destroy()
    for (const { reject } of connection.waiting.values()) reject(reason)
    connection.waiting.clear()
  }
  socket.on('end', forget)
  socket.on('error', error => (reason = error))
  socket.on('close', forget)
  return connection
}
