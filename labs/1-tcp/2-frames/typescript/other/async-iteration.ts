// Another right program: it collects parts and joins them only when a frame is complete, and reads sockets in a loop.
import { once } from 'node:events'
import net from 'node:net'

export function encodeFrame(body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(4 + body.length)
  frame.writeUInt32BE(body.length)
  frame.set(body, 4)
  return frame
}

/** The bytes of a stream that have come and were not taken yet. */
class Reservoir {
  #parts: Uint8Array[] = []
  size = 0

  add(part: Uint8Array): void {
    this.#parts.push(part)
    this.size += part.length
  }

  /** Exactly `length` bytes, which must be there. */
  take(length: number): Buffer {
    const all = Buffer.concat(this.#parts)
    this.#parts = [all.subarray(length)]
    this.size = all.length - length
    return all.subarray(0, length)
  }
}

export function frameDecoder(): (chunk: Uint8Array) => Buffer[] {
  const come = new Reservoir()
  let length: number | undefined // of the frame under way; undefined while we wait for the length itself
  return chunk => {
    come.add(chunk)
    const bodies: Buffer[] = []
    for (;;) {
      if (come.size < (length ?? 4)) return bodies
      if (length === undefined) {
        length = come.take(4).readUInt32BE()
      } else {
        bodies.push(come.take(length))
        length = undefined
      }
    }
  }
}

async function serve(socket: net.Socket): Promise<void> {
  const decode = frameDecoder()
  try {
    // Not destroyed after the last chunk: answers may still wait to be sent.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      for (const body of decode(chunk as Buffer)) socket.write(encodeFrame(body.toReversed()))
    }
  } catch {
    socket.destroy()
  }
}

export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const server = net.createServer()
  server.on('connection', socket => void serve(socket))
  server.listen({ host, port })
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port }
}
