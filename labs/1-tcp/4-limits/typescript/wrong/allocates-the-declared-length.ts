import net from 'node:net'
import { encodeFrame } from '../../../2-frames/typescript/solution.ts'

interface Options {
  host: string
  port: number
  maxFrame: number
  handshakeMs: number
  idleMs: number
  maxConnections: number
}

export async function listen({ host, port, maxFrame, handshakeMs, idleMs, maxConnections }: Options) {
  const server = net.createServer(socket => {
    let header = Buffer.alloc(0)
    let body: Buffer | undefined
    let filled = 0
    let timer = setTimeout(() => socket.destroy(), handshakeMs)
    socket.on('data', chunk => {
      for (let rest = chunk; rest.length > 0 || body?.length === filled; ) {
        if (!body) {
          const missing = 4 - header.length
          header = Buffer.concat([header, rest.subarray(0, missing)])
          rest = rest.subarray(missing)
          if (header.length < 4) return
          body = Buffer.alloc(header.readUInt32BE())
          filled = 0
        }
        const copied = rest.copy(body, filled)
        filled += copied
        rest = rest.subarray(copied)
        if (filled > maxFrame) return socket.destroy()
        if (filled < body.length) return
        clearTimeout(timer)
        timer = setTimeout(() => socket.destroy(), idleMs)
        socket.write(encodeFrame(body.reverse()))
        body = undefined
        header = Buffer.alloc(0)
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => clearTimeout(timer))
  })
  server.maxConnections = maxConnections
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
