// Another right program: the server reads in a loop where the solution pipes, and the client listens to events.
import { once } from 'node:events'
import net from 'node:net'
import { parseAddress } from 'p2plab'

let server: net.Server | undefined

async function echo(socket: net.Socket): Promise<void> {
  try {
    // A plain `for await (… of socket)` destroys the socket after the last chunk, and with it what waits to be sent.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      if (!socket.write(chunk as Buffer)) await once(socket, 'drain')
    }
    socket.end()
  } catch {
    socket.destroy() // The connection broke: there is nobody to tell.
  }
}

export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  server = net.createServer({ allowHalfOpen: true })
  server.on('connection', socket => void echo(socket))
  server.listen({ host, port })
  await once(server, 'listening') // rejects when there is an 'error' first
  return { port: (server.address() as net.AddressInfo).port }
}

export function send({ peer, bytes }: { peer: string; bytes: Buffer }): Promise<{ bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const socket = net.createConnection({ ...parseAddress(peer), allowHalfOpen: true })
    socket.on('connect', () => {
      socket.write(bytes)
      socket.end()
    })
    socket.on('data', piece => pieces.push(piece))
    socket.on('end', () => resolve({ bytes: Buffer.concat(pieces) }))
    socket.on('error', reject)
  })
}

export async function stop(): Promise<void> {
  server?.close()
}
