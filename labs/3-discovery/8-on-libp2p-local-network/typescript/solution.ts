import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { PeerId } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { emit } from 'p2plab'

interface JoinOptions {
  address: string
  serviceTag: string
  /** The UDP port of the multicast group. */
  port: number
  /** Between two questions. */
  intervalMs: number
  /** What this node calls itself in identify. */
  agent: string
}

/** Those that have proven their ID and told who they are, while they are connected. */
const identified = new Set<string>()

/** Starts a node that finds the others, is found by them, and dials whom it finds. */
export async function join({ address, serviceTag, port, intervalMs, agent }: JoinOptions): Promise<{
  address: string
}> {
  const node = await createLibp2p({
    // Not yet: what is discovered before there is a listener is never told again.
    start: false,
    addresses: { listen: [address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerDiscovery: [mdns({ serviceTag, port, interval: intervalMs })],
    services: { identify: identify() },
    nodeInfo: { userAgent: agent },
  })

  // libp2p tells a discovery only of peers that are not in its peer store. A node that is forgotten is told again when it answers
  // the next time, with the addresses that it has then.
  const forget = (id: PeerId) => node.peerStore.delete(id).catch(() => {})

  node.addEventListener('peer:discovery', async ({ detail: { id } }) => {
    try {
      // By its ID: libp2p then dials nobody twice, and Noise accepts nobody else. Its addresses are only what somebody has said.
      await node.dial(id)
    } catch {
      await forget(id)
    }
  })
  node.addEventListener('peer:identify', ({ detail: { peerId, agentVersion } }) => {
    const id = peerId.toString()
    // It comes again for a second connection, and when the peer tells something new.
    if (identified.has(id)) return
    identified.add(id)
    emit('peer', { id, agent: agentVersion ?? '' })
  })
  node.addEventListener('peer:disconnect', async ({ detail }) => {
    const id = detail.toString()
    if (identified.delete(id)) emit('lost', { id })
    await forget(detail)
  })

  await node.start()
  return { address: node.getMultiaddrs()[0]!.toString() }
}

export function peers(): { peers: string[] } {
  return { peers: [...identified] }
}
