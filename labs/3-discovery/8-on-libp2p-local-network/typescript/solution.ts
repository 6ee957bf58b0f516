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

/** Nodes that are connected, have proven their ID, and have answered identify. */
const identified = new Set<string>()

/** Starts a node that finds the others, is found by them, and dials whom it finds. */
export async function join({ address, serviceTag, port, intervalMs, agent }: JoinOptions): Promise<{
  address: string
}> {
  const node = await createLibp2p({
    // First the listeners: libp2p does not repeat what it discovers before they are there.
    start: false,
    addresses: { listen: [address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerDiscovery: [mdns({ serviceTag, port, interval: intervalMs })],
    services: { identify: identify() },
    nodeInfo: { userAgent: agent },
  })

  // libp2p emits peer:discovery only for nodes that are not in its peer store. When a forgotten node answers again, that is a discovery
  // again, with the addresses that it has then.
  const forget = (id: PeerId) => node.peerStore.delete(id).catch(() => {})

  node.addEventListener('peer:discovery', async ({ detail: { id } }) => {
    try {
      // By ID: libp2p then dials no node twice, and Noise accepts no other. The addresses are only a claim.
      await node.dial(id)
    } catch {
      await forget(id)
    }
  })
  node.addEventListener('peer:identify', ({ detail: { peerId, agentVersion } }) => {
    const id = peerId.toString()
    // Also emitted for a second connection, and perhaps after the connection has closed.
    if (identified.has(id) || node.getConnections(peerId).length === 0) return
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
