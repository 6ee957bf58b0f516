import net from 'node:net'
import { parseAddress } from 'p2plab'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

interface Connection {
  socket: net.Socket
  waiting: Map<number, { resolve(bytes: Buffer): void; reject(error: Error): void }>
  idle?: NodeJS.Timeout
}

let pool = { peer: '', maxConnections: 1, idleMs: 60_000 }
const connections = new Set<Connection>()
let lastId = 0

export async function open(options: { peer: string; maxConnections: number; idleMs: number }) {
  pool = options
}

export async function request({ bytes }: { bytes: Buffer }) {
  const connection = choose()
  clearTimeout(connection.idle)
  const id = ++lastId
  const head = Buffer.alloc(4)
  head.writeUInt32BE(id)
  connection.socket.write(encodeFrame(Buffer.concat([head, bytes])))
  const reply = await new Promise<Buffer>((resolve, reject) => connection.waiting.set(id, { resolve, reject }))
  return { bytes: reply }
}

function choose(): Connection {
  const [best] = [...connections].sort((a, b) => a.waiting.size - b.waiting.size)
  if (best && (best.waiting.size === 0 || connections.size >= pool.maxConnections)) return best
  return connect()
}

function connect(): Connection {
  const socket = net.connect(parseAddress(pool.peer))
  const connection: Connection = { socket, waiting: new Map() }
  connections.add(connection)
  const decode = frameDecoder()
  socket.on('data', chunk => {
    for (const body of decode(chunk)) {
      const id = body.readUInt32BE()
      connection.waiting.get(id)?.resolve(body.subarray(4))
      connection.waiting.delete(id)
    }
    clearTimeout(connection.idle)
    if (connection.waiting.size === 0) connection.idle = setTimeout(() => socket.destroy(), pool.idleMs)
  })
  socket.on('close', () => {
    connections.delete(connection)
    clearTimeout(connection.idle)
    for (const { reject } of connection.waiting.values()) reject(new Error('connection lost'))
  })
  return connection
}
