import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

export async function listen({ address }: { address: string }) {
  const node = await createLibp2p({
    addresses: { listen: [address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  await node.handle('/p2plab/echo/1.0.0', echo)
  return { address: node.getMultiaddrs()[0]!.toString() }
}

function echo(stream: Stream) {
  stream.addEventListener('message', ({ data }) => {
    if (stream.writeStatus === 'writable' && !stream.send(data)) stream.pause()
  })
  stream.addEventListener('drain', () => {
    if (stream.readStatus === 'paused') stream.resume()
  })
  stream.addEventListener('remoteCloseWrite', () => stream.close().catch(() => {}))
}
