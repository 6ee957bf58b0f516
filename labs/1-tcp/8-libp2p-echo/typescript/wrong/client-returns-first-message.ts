import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'

export async function send({ peer, bytes }: { peer: string; bytes: Buffer }) {
  const node = await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })
  const stream = await node.dialProtocol(multiaddr(peer), '/p2plab/echo/1.0.0')
  stream.send(bytes)
  void stream.close()
  for await (const chunk of stream) return { bytes: chunk.subarray() }
  return { bytes: Buffer.alloc(0) }
}
