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
  let open = 0
  const server = net.createServer(socket => {
    if (open > maxConnections) return socket.destroy()
    open++
    let rest = Buffer.alloc(0)
    let timer = setTimeout(() => socket.destroy(), handshakeMs)
    socket.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 4) {
        const length = rest.readUInt32BE()
        if (length > maxFrame) return socket.destroy()
        if (rest.length < 4 + length) return
        clearTimeout(timer)
        timer = setTimeout(() => socket.destroy(), idleMs)
        socket.write(encodeFrame(Buffer.from(rest.subarray(4, 4 + length)).reverse()))
        rest = rest.subarray(4 + length)
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      open--
      clearTimeout(timer)
    })
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
