import net from 'node:net'
import { parseAddress } from 'p2plab'

let server: net.Server | undefined

/** Accepts connections and sends every byte back. Port 0 means any free port. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  // allowHalfOpen: when the peer has ended its side, ours stays open until we have sent everything back.
  const listening = net.createServer({ allowHalfOpen: true }, socket => {
    // pipe() writes each chunk as it is, waits when the peer reads slowly, and ends our side after the last byte.
    socket.pipe(socket)
    // A peer may vanish at any time. Without a listener that error would end the whole program.
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    listening.once('error', reject)
    listening.listen(port, host, resolve)
  })
  server = listening
  return { port: (listening.address() as net.AddressInfo).port }
}

/** Sends the bytes, half-closes, and returns all that comes back until the peer ends. */
export async function send({ peer, bytes }: { peer: string; bytes: Buffer }): Promise<{ bytes: Buffer }> {
  const socket = net.connect(parseAddress(peer))
  socket.end(bytes) // writes the bytes, then FIN: the other direction stays open
  const chunks: Buffer[] = []
  // Ends when the peer ends, and throws when the connection breaks.
  for await (const chunk of socket) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks) }
}

/** Stops listening: new connections are refused. */
export async function stop(): Promise<void> {
  // close() stops listening at once. Its callback would wait for all connections to end: nobody asked for that.
  server?.close()
  server = undefined
}
