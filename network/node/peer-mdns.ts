/** Multicast DNS of the checker's peer: that of @libp2p/mdns on the loopback interface, begun when the check wants it. It asks nobody by itself. */
import { mdns } from '@libp2p/mdns'
import type { PeerDiscovery } from '@libp2p/interface'
import { GROUP } from '../loopback-multicast.ts'
import { onLoopback } from './on-loopback.ts'

export interface FoundPeer {
  id: string
  /** Multiaddrs that end without its identity. */
  addresses: readonly string[]
}

export interface PeerMdnsOptions {
  serviceTag: string
  /** UDP port of the group. */
  port: number
  /** Its name in answers, at most 63 characters. Left out: a random one. */
  name?: string
  /** Called for each answer of somebody else. */
  onFound?: (peer: FoundPeer) => void
}

type Components = Parameters<ReturnType<typeof mdns>>[0]

export interface PeerMdns {
  /** A service for libp2p that does nothing before `start`. libp2p itself learns nothing of what is found. */
  service: (components: Components) => object
  start(): Promise<void>
  stop(): Promise<void>
}

export function peerMdns({ serviceTag, port, name, onFound }: PeerMdnsOptions): PeerMdns {
  let discovery: PeerDiscovery & { start?(): Promise<void>; stop?(): Promise<void> }
  return {
    service(components) {
      discovery = mdns({
        serviceTag,
        port,
        ip: GROUP,
        ...(name !== undefined && { peerName: name }),
      })(components)
      onLoopback(discovery, { asks: false })
      discovery.addEventListener('peer', ({ detail: { id, multiaddrs } }) =>
        onFound?.({ id: id.toString(), addresses: multiaddrs.map(String) }),
      )
      return {}
    },
    start: async () => discovery.start?.(),
    stop: async () => discovery.stop?.(),
  }
}
