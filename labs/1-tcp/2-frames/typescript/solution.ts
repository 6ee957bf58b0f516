import net from 'node:net'

/** The length of a frame comes first: a u32, big-endian (the most significant byte first). */
const HEADER = 4

/** One frame: the length of the body, then the body. */
export function encodeFrame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32BE(body.length)
  return Buffer.concat([header, body])
}

/**
 * Returns a function that takes the next chunk of a stream and returns the bodies of all frames that are complete now.
 * Each stream needs a decoder of its own: it holds the start of the frame that is not complete yet.
 */
export function frameDecoder(): (chunk: Uint8Array) => Buffer[] {
  let rest = Buffer.alloc(0)
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    const bodies: Buffer[] = []
    // As long as it takes: a chunk may hold no whole frame, one, or many.
    while (rest.length >= HEADER) {
      const end = HEADER + rest.readUInt32BE()
      if (rest.length < end) break
      bodies.push(rest.subarray(HEADER, end))
      rest = rest.subarray(end)
    }
    return bodies
  }
}

/** A server that answers each frame with a frame of its bytes in reverse order. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  const server = net.createServer(socket => {
    const decode = frameDecoder()
    socket.on('data', chunk => {
      // reverse() works in place: on a copy, so that nobody else's bytes change.
      for (const body of decode(chunk)) socket.write(encodeFrame(Buffer.from(body).reverse()))
    })
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as net.AddressInfo).port }
}
