// Another right program: frames come out of an async generator, and it counts its connections itself.
import net from 'node:net'

interface Limits {
  maxFrame: number
  handshakeMs: number
  idleMs: number
}

/** The bodies of the frames of a stream, until it ends or announces too long a frame. */
async function* frames(stream: AsyncIterable<Buffer>, maxFrame: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  let wanted: number | undefined
  for await (const chunk of stream) {
    parts.push(chunk)
    size += chunk.length
    while (size >= (wanted ?? 4)) {
      const all = Buffer.concat(parts)
      if (wanted === undefined) {
        wanted = all.readUInt32BE()
        if (wanted > maxFrame) return
        parts = [all.subarray(4)]
      } else {
        yield all.subarray(0, wanted)
        parts = [all.subarray(wanted)]
        wanted = undefined
      }
      size = parts[0]!.length
    }
  }
}

async function serve(socket: net.Socket, { maxFrame, handshakeMs, idleMs }: Limits): Promise<void> {
  let due = performance.now() + handshakeMs
  const watch = setInterval(
    () => {
      if (performance.now() >= due) socket.destroy()
    },
    Math.min(handshakeMs, idleMs) / 4,
  )
  try {
    for await (const body of frames(socket, maxFrame)) {
      due = performance.now() + idleMs
      const answer = Buffer.alloc(4 + body.length)
      answer.writeUInt32BE(body.length)
      for (const [i, byte] of body.entries()) answer[3 + body.length - i] = byte
      socket.write(answer)
    }
  } catch {
    // The connection broke, or was closed above: there is nobody to tell.
  } finally {
    clearInterval(watch)
    socket.destroy()
  }
}

export async function listen({
  host,
  port,
  maxConnections,
  ...limits
}: Limits & { host: string; port: number; maxConnections: number }): Promise<{ port: number }> {
  let open = 0
  const server = net.createServer()
  server.on('connection', socket => {
    socket.on('error', () => {})
    if (open >= maxConnections) return void socket.destroy()
    open++
    socket.once('close', () => open--)
    void serve(socket, limits)
  })
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen({ host, port }, listening.resolve)
  await listening.promise
  return { port: (server.address() as net.AddressInfo).port }
}
