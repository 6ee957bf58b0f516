import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../2-frames/typescript/solution.ts'

/** A room: each frame from one connection goes to every other connection, not back to the sender. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const members = new Set<net.Socket>()

  // noDelay: without it, a small frame waits until the receiver has acknowledged the one before.
  const server = net.createServer({ noDelay: true }, socket => {
    members.add(socket)
    // Each connection has its own decoder: half a frame may wait here while others send whole ones.
    const decode = frameDecoder()
    socket.on('data', chunk => {
      for (const body of decode(chunk)) {
        const frame = encodeFrame(body)
        // write() does not wait: a member that reads slowly keeps nobody else waiting. What it has not read yet
        // stays in memory (exercise 1.6 puts a bound on that).
        for (const member of members) if (member !== socket) member.write(frame)
      }
    })
    // A member may vanish at any time. 'close' comes after every ending, with or without an error.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => members.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as net.AddressInfo).port }
}
