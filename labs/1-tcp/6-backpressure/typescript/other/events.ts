import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

/** Each connection with the blocks that are still due on it. */
interface Reader {
  socket: net.Socket
  due: { next: number; end: number }[]
  /** write() said false: the socket has to drain first. */
  full: boolean
  /** The client has ended its side: what is due is all. */
  ended: boolean
}

const readers = new Set<Reader>()
let server: net.Server | undefined
let whenStopped: (() => void) | undefined

function block(n: number): Buffer {
  const body = Buffer.alloc(65_536)
  for (let i = 0; i < body.length; i += 4) body.writeUInt32BE(n, i)
  return body
}

export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const listening = net.createServer({ allowHalfOpen: true })
  server = listening
  listening.on('connection', welcome)
  return new Promise((resolve, reject) => {
    listening.on('error', reject)
    listening.listen({ host, port }, () => resolve({ port: (listening.address() as net.AddressInfo).port }))
  })
}

function welcome(socket: net.Socket): void {
  const reader: Reader = { socket, due: [], full: false, ended: false }
  const decode = frameDecoder()
  readers.add(reader)
  socket.on('data', chunk => {
    for (const request of decode(chunk)) {
      const next = request.readUInt32BE(0)
      reader.due.push({ next, end: next + request.readUInt32BE(4) })
    }
    // Nothing more is read until all of this is answered.
    socket.pause()
    work(reader)
  })
  socket.on('drain', () => {
    reader.full = false
    work(reader)
  })
  socket.on('end', () => {
    reader.ended = true
    work(reader)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    readers.delete(reader)
    if (readers.size === 0) whenStopped?.()
  })
}

/** Writes as much as the socket takes; 'drain' calls it again. */
function work(reader: Reader): void {
  const { socket, due } = reader
  while (due.length > 0 && !reader.full && !socket.destroyed) {
    const answer = due[0]!
    if (answer.next === answer.end) {
      due.shift()
      if (whenStopped) due.length = 0
      continue
    }
    reader.full = !socket.write(encodeFrame(block(answer.next++)))
  }
  if (due.length > 0) return
  if (whenStopped || reader.ended) socket.end()
  socket.resume()
}

export function stop({ graceMs }: { graceMs: number }): Promise<void> {
  return new Promise(resolve => {
    server?.close()
    const timer = setTimeout(() => {
      for (const { socket } of readers) socket.resetAndDestroy()
    }, graceMs)
    whenStopped = () => {
      clearTimeout(timer)
      resolve()
    }
    for (const { socket, due } of readers) if (due.length === 0) socket.end()
    if (readers.size === 0) whenStopped()
  })
}
