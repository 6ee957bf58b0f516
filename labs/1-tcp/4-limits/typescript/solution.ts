import net from 'node:net'
import { encodeFrame } from '../../2-frames/typescript/solution.ts'

const HEADER = 4

/**
 * The decoder of exercise 1.2 with a limit. Throws a RangeError as soon as a length over `maxFrame` has come, before any of that body is kept:
 * it never holds more than one frame and one chunk.
 */
export function limitedDecoder(maxFrame: number): (chunk: Uint8Array) => Buffer[] {
  let rest = Buffer.alloc(0)
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    const bodies: Buffer[] = []
    while (rest.length >= HEADER) {
      const length = rest.readUInt32BE()
      if (length > maxFrame) throw new RangeError(`a frame of ${length} bytes, over the limit of ${maxFrame}`)
      if (rest.length < HEADER + length) break
      bodies.push(rest.subarray(HEADER, HEADER + length))
      rest = rest.subarray(HEADER + length)
    }
    return bodies
  }
}

export interface Limits {
  /** The longest body of a frame, in bytes. */
  maxFrame: number
  /** From the connection to the first whole frame. */
  handshakeMs: number
  /** From one whole frame to the next. */
  idleMs: number
  /** How many connections may be open at once. */
  maxConnections: number
}

/** A server that answers each frame with its bytes in reverse order, and closes what breaks a limit. */
export async function listen({
  host,
  port,
  maxFrame,
  handshakeMs,
  idleMs,
  maxConnections,
}: { host: string; port: number } & Limits): Promise<{ port: number }> {
  const server = net.createServer(socket => {
    // destroy() and not end(): end() would wait for the other side to end too, and a hostile one never does.
    const close = () => socket.destroy()
    // Runs from the start, because a client that never says anything causes no event. Only a whole frame starts it
    // again: with socket.setTimeout() one byte now and then would be enough.
    let timer = setTimeout(close, handshakeMs)
    const decode = limitedDecoder(maxFrame)
    socket.on('data', chunk => {
      try {
        for (const body of decode(chunk)) {
          clearTimeout(timer)
          timer = setTimeout(close, idleMs)
          socket.write(encodeFrame(Buffer.from(body).reverse()))
        }
      } catch {
        close()
      }
    })
    socket.on('error', close)
    socket.on('close', () => clearTimeout(timer))
  })
  // Node counts up and down itself, and closes at once what is more than that.
  server.maxConnections = maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as net.AddressInfo).port }
}
