// Another right program: each member is a loop over its frames, and the room is a list of functions that deliver.
import { once } from 'node:events'
import net from 'node:net'
import { encodeFrame, frameDecoder } from '../../../2-frames/typescript/solution.ts'

type Deliver = (frame: Buffer) => void

let everyone: readonly Deliver[] = []

async function* bodies(socket: net.Socket): AsyncGenerator<Buffer> {
  const decode = frameDecoder()
  for await (const chunk of socket) yield* decode(chunk as Buffer)
}

async function member(socket: net.Socket): Promise<void> {
  const deliver: Deliver = frame => void socket.write(frame)
  // A write to a member that is just leaving fails here and nowhere else.
  socket.on('error', () => {})
  everyone = [...everyone, deliver]
  try {
    for await (const body of bodies(socket)) {
      const frame = encodeFrame(body)
      for (const other of everyone) if (other !== deliver) other(frame)
    }
  } catch {
    // It went without a goodbye: it leaves the room as those do who say one.
  } finally {
    everyone = everyone.filter(other => other !== deliver)
    socket.destroy()
  }
}

export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const server = net.createServer(socket => void member(socket))
  server.listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}
