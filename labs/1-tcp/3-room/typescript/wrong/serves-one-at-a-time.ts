import net from 'node:net'
import { on } from 'node:events'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

const members = new Set<net.Socket>()

async function serve(server: net.Server) {
  for await (const [socket] of on(server, 'connection')) {
    members.add(socket)
    const decode = frameDecoder()
    for await (const chunk of socket) {
      for (const body of decode(chunk)) {
        for (const member of members) if (member !== socket) member.write(encodeFrame(body))
      }
    }
    members.delete(socket)
  }
}

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer()
  void serve(server)
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
