// caught by: slow-reader
// says: does one client that does not read keep the others waiting
// The mistake: when one member is slow, reading from the sender stops until that member has caught up.
import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../2-frames/solution.ts'

const members = new Set<net.Socket>()

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    members.add(socket)
    const decode = frameDecoder()
    socket.on('data', chunk => {
      for (const body of decode(chunk)) {
        for (const member of members) {
          if (member === socket || member.write(encodeFrame(body))) continue
          socket.pause()
          member.once('drain', () => socket.resume())
        }
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => members.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
