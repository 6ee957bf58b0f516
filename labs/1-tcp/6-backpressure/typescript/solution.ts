import { once } from 'node:events'
import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../2-frames/typescript/solution.ts'

/** Bytes of a block. */
const BLOCK = 65_536

/** Block n: its number as a u32, big-endian, over and over. */
export function block(n: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(n)
  return Buffer.alloc(BLOCK, number)
}

let server: net.Server | undefined
let stopping = false
const sockets = new Set<net.Socket>()
/** Those that are in the middle of an answer. */
const busy = new Set<net.Socket>()

/** Answers each request (first, count) with that many blocks, one frame each. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const listening = net.createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      busy.delete(socket)
    })
    socket.on('error', () => socket.destroy())
    // A reader may vanish in the middle of an answer: then there is nobody left to send it to.
    serve(socket).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    listening.once('error', reject)
    listening.listen(port, host, resolve)
  })
  server = listening
  return { port: (listening.address() as net.AddressInfo).port }
}

async function serve(socket: net.Socket): Promise<void> {
  const decode = frameDecoder()
  // While the body of this loop waits, Node reads about 128 KiB ahead, and then nothing: TCP holds the client back.
  for await (const chunk of socket) {
    for (const request of decode(chunk)) {
      if (stopping) break
      busy.add(socket)
      await sendBlocks(socket, request.readUInt32BE(0), request.readUInt32BE(4))
      busy.delete(socket)
      if (stopping) socket.end()
    }
  }
  socket.end()
}

async function sendBlocks(socket: net.Socket, first: number, count: number): Promise<void> {
  // 'drain' never comes from a socket that is closed: its 'close' has to end the waiting as well.
  const gone = new AbortController()
  const abort = () => gone.abort()
  socket.once('close', abort)
  for (let n = first; n < first + count; n++) {
    // false does not mean "not written". It means: this one is in the queue, but wait before you make the next.
    if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })
  }
  socket.off('close', abort)
}

/** Takes nobody new, finishes the answers that have begun, and cuts what is left after `graceMs` milliseconds. */
export async function stop({ graceMs }: { graceMs: number }): Promise<void> {
  if (!server) return
  stopping = true
  // 'close' comes when the server does not listen any more and every connection has ended.
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) if (!busy.has(socket)) socket.end()
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, graceMs)
  await closed
  clearTimeout(cut)
}
