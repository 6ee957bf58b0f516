// Another way: the stream as an async iterable of its own making, which holds one message and pauses for the next one.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'

const PROTOCOL = '/p2plab/echo/1.0.0'
let node: Libp2p | undefined

/** One node for both sides: a peer has one identity. */
const started = async (listen: string[]) =>
  (node ??= await createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  }))

export async function listen({ address }: { address: string }): Promise<{ address: string }> {
  const { handle, getMultiaddrs } = bound(await started([address]))
  await handle(PROTOCOL, async stream => {
    try {
      for await (const message of messages(stream)) {
        if (!stream.send(message)) await roomIn(stream)
      }
      await stream.close()
    } catch (error) {
      stream.abort(error as Error)
    }
  })
  return { address: String(getMultiaddrs()[0]) }
}

export async function send({ peer, bytes }: { peer: string; bytes: Buffer }): Promise<{ bytes: Buffer }> {
  const stream = await (await started([])).dialProtocol(multiaddr(peer), PROTOCOL)
  const chunks: Uint8Array[] = []
  const reading = (async () => {
    for await (const message of messages(stream)) chunks.push(message)
  })()
  for (let at = 0; at < bytes.length; at += 10_000) {
    if (!stream.send(bytes.subarray(at, at + 10_000))) await roomIn(stream)
  }
  await stream.close()
  await reading
  return { bytes: Buffer.concat(chunks) }
}

const bound = (libp2p: Libp2p) => ({
  handle: libp2p.handle.bind(libp2p),
  getMultiaddrs: libp2p.getMultiaddrs.bind(libp2p),
})

/** Each message of the stream; nothing more is read while one is in hand. */
async function* messages(stream: Stream): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = []
  let problem = stream.status === 'open' ? undefined : new Error(`the stream is ${stream.status}`)
  let ended = stream.status === 'open' && stream.remoteWriteStatus === 'closed'
  let wake = () => {}
  stream.addEventListener('message', ({ data }) => {
    waiting.push(data.subarray())
    // In the next microtask: resume(), which may have caused this event, would undo it now.
    queueMicrotask(hold)
    wake()
  })
  stream.addEventListener('remoteCloseWrite', () => {
    ended = true
    wake()
  })
  stream.addEventListener('close', ({ error }) => {
    if (error || !ended) problem = error ?? new Error('the connection is gone')
    wake()
  })
  const hold = () => {
    if (waiting.length > 0 && stream.readStatus === 'readable') stream.pause()
  }
  for (;;) {
    const message = waiting.shift()
    if (message) yield message
    else if (problem) throw problem
    else if (ended && stream.readBufferLength === 0) return
    else {
      if (stream.readStatus === 'paused') stream.resume()
      if (waiting.length === 0) await new Promise<void>(resolve => (wake = resolve))
    }
  }
}

/** Resolves when the stream can take more; rejects when it is reset. Waiting for onDrain() a second time would not wait. */
function roomIn(stream: Stream): Promise<void> {
  const over = new AbortController()
  const once = { once: true, signal: over.signal }
  return new Promise<void>((resolve, reject) => {
    stream.addEventListener('drain', () => resolve(), once)
    stream.addEventListener('close', ({ error }) => reject(error ?? new Error('closed')), once)
  }).finally(() => over.abort())
}
