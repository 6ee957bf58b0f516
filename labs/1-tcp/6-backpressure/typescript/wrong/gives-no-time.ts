import { once } from 'node:events'
import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

function block(n: number): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(n)
  return Buffer.alloc(65_536, number)
}

let server: net.Server
let stopping = false
const sockets = new Set<net.Socket>()
const busy = new Set<net.Socket>()

export async function listen({ host, port }: { host: string; port: number }) {
  server = net.createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      busy.delete(socket)
    })
    socket.on('error', () => socket.destroy())
    serve(socket).catch(() => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}

async function serve(socket: net.Socket) {
  const decode = frameDecoder()
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

async function sendBlocks(socket: net.Socket, first: number, count: number) {
  const gone = new AbortController()
  const abort = () => gone.abort()
  socket.once('close', abort)
  for (let n = first; n < first + count; n++) {
    if (!socket.write(encodeFrame(block(n)))) await once(socket, 'drain', { signal: gone.signal })
  }
  socket.off('close', abort)
}

export async function stop() {
  stopping = true
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) {
    if (busy.has(socket)) socket.destroy()
    else socket.end()
  }
  setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, 20)
  await closed
}
