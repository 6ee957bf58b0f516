import net from 'node:net'
import { frameDecoder } from '../../../2-frames/typescript/solution.ts'

const members = new Set<net.Socket>()

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    members.add(socket)
    const decode = frameDecoder()
    socket.on('data', chunk => {
      for (const body of decode(chunk)) {
        for (const member of members) if (member !== socket) member.write(body)
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => members.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
