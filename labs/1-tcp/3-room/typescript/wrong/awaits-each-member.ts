import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

const members = new Set<net.Socket>()
let queue = Promise.resolve()

const send = (socket: net.Socket, frame: Buffer) =>
  new Promise<void>(resolve => socket.write(frame, () => resolve()))

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    members.add(socket)
    const decode = frameDecoder()
    socket.on('data', chunk => {
      for (const body of decode(chunk)) {
        const frame = encodeFrame(body)
        queue = queue.then(async () => {
          for (const member of members) if (member !== socket) await send(member, frame)
        })
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => members.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
