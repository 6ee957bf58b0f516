import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

const PROTOCOL = '/p2plab/echo/1.0.0'

/** A node that speaks TCP, encrypts with Noise, and carries many streams on one connection with Yamux. */
const startNode = (listen: string[]) =>
  createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    // What a peer may send ahead of us grows up to 16 MiB by default, but a paused stream that holds more than 4 MiB is
    // reset. So it must not grow that far.
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: 1024 * 1024 } })],
  })

/** Listens on the multiaddr, and echoes every stream. The result ends with the node's peer id. */
export async function listen({ address }: { address: string }): Promise<{ address: string }> {
  const node = await startNode([address])
  await node.handle(PROTOCOL, echo)
  return { address: node.getMultiaddrs()[0]!.toString() }
}

function echo(stream: Stream): void {
  stream.addEventListener('message', ({ data }) => {
    // A stream that was reset can still have messages.
    if (stream.writeStatus !== 'writable') return
    // false: the peer does not read, so what we send waits here. Then take nothing more until there is room again.
    if (!stream.send(data)) queueMicrotask(pause)
    finish()
  })
  stream.addEventListener('drain', () => {
    if (stream.readStatus === 'paused') stream.resume()
  })
  stream.addEventListener('end', finish)
  // Not inside of the message event: when resume() has caused it, that goes on afterwards and undoes the pause.
  function pause() {
    if (stream.readStatus === 'readable' && stream.writableNeedsDrain) stream.pause()
  }
  // The peer's FIN, and even 'end', can come while messages still wait.
  function finish() {
    if (stream.remoteWriteStatus !== 'closed' || stream.readBufferLength > 0) return
    void stream.close().catch(error => stream.abort(error))
  }
  // A peer that sends nothing may have ended the stream before we were called.
  finish()
}

/** Opens a stream to the peer, sends the bytes, half-closes, and returns all that comes back until the end. */
export async function send({ peer, bytes }: { peer: string; bytes: Buffer }): Promise<{ bytes: Uint8Array }> {
  const node = await startNode([])
  try {
    // The multiaddr ends with a peer id: Noise makes sure that it is this peer and no other.
    const stream = await node.dialProtocol(multiaddr(peer), PROTOCOL)
    const answer = readToEnd(stream)
    stream.send(bytes)
    // FIN after the bytes; should the stream break, `answer` says so.
    stream.close().catch(() => {})
    return { bytes: await answer }
  } finally {
    await node.stop()
  }
}

async function readToEnd(stream: Stream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let ended = stream.status === 'open' && stream.remoteWriteStatus === 'closed'
  stream.addEventListener('remoteCloseWrite', () => (ended = true))
  // Ends when the peer ends, and throws when the stream is reset. A chunk may be a list of pieces: subarray() joins them.
  for await (const chunk of stream) chunks.push(chunk.subarray())
  // It also ends, without an error, when the whole connection is closed.
  if (!ended) throw new Error('the connection was closed before the end of the answer')
  return Buffer.concat(chunks)
}
