import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

const members = new Set<net.Socket>()

async function passOn(sender: net.Socket, body: Buffer) {
  const checksum = await crypto.subtle.digest('SHA-512', Buffer.concat(Array(20).fill(body)))
  if (checksum.byteLength === 0) return
  for (const member of members) if (member !== sender) member.write(encodeFrame(body))
}

export async function listen({ host, port }: { host: string; port: number }) {
  const server = net.createServer(socket => {
    members.add(socket)
    const decode = frameDecoder()
    socket.on('data', chunk => {
      for (const body of decode(chunk)) void passOn(socket, body)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => members.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  return { port: (server.address() as net.AddressInfo).port }
}
