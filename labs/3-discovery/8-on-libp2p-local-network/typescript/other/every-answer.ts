// Each answer counts, and not only the first: it listens to the discovery itself, and keeps no state of its own but what it has told.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { PeerInfo } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { createLibp2p, type Libp2p } from 'libp2p'
import { emit } from 'p2plab'

const agents = new Map<string, string>()

export async function join({
  address,
  serviceTag,
  port,
  intervalMs,
  agent,
}: {
  address: string
  serviceTag: string
  port: number
  intervalMs: number
  agent: string
}): Promise<{ address: string }> {
  const node: Libp2p = await createLibp2p({
    start: false,
    addresses: { listen: [address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    nodeInfo: { userAgent: agent },
    peerDiscovery: [
      components => {
        const announcements = mdns({ serviceTag, port, interval: intervalMs })(components)
        announcements.addEventListener('peer', ({ detail }) => void reach(node, detail))
        return announcements
      },
    ],
  })
  node.addEventListener('peer:identify', ({ detail }) => {
    const id = String(detail.peerId)
    if (!agents.has(id)) emit('peer', { id, agent: detail.agentVersion ?? '' })
    agents.set(id, detail.agentVersion ?? '')
  })
  node.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
    const id = String(remotePeer)
    if (node.getConnections(remotePeer).length > 0) return
    if (agents.delete(id)) emit('lost', { id })
  })
  await node.start()
  return { address: String(node.getMultiaddrs()[0]) }
}

/** Dials an announced node, unless it is connected. Its addresses get its ID, so that only it can answer there. */
async function reach(node: Libp2p, { id, multiaddrs }: PeerInfo): Promise<void> {
  if (node.getConnections(id).length > 0) return
  try {
    await node.dial(multiaddrs.map(one => one.encapsulate(`/p2p/${id}`)))
  } catch (error) {
    console.log(`${id} is not there: ${(error as Error).message}`)
  }
}

export const peers = (): { peers: string[] } => ({ peers: [...agents.keys()] })
