/** The multicast DNS of a node: on this machine only (on-loopback.ts), and each answer once. */
import { mdns } from '@libp2p/mdns'
import type { PeerDiscovery, PeerInfo } from '@libp2p/interface'
import type multicastDNS from 'multicast-dns'
import { GROUP } from '../loopback-multicast.ts'
import { onLoopback } from './on-loopback.ts'

export interface LoopbackMdnsOptions {
  /** The PTR name asked for; each network has its own, so that networks do not see each other. */
  serviceTag: string
  /** UDP port of the group; each network has its own. */
  port: number
  /** Time between two questions, milliseconds. */
  queryIntervalMs: number
  /** Each peer once, and again when its addresses change. */
  onPeer: (peer: PeerInfo) => void
  onProblem: (error: Error) => void
}

/** Names remembered at most: what comes from a socket must not fill the memory. */
const MAX_NAMES = 1_000

export interface LoopbackMdns {
  /** A module for libp2p's `peerDiscovery`. */
  module: (components: Parameters<ReturnType<typeof mdns>>[0]) => PeerDiscovery
  /** Asks now, besides the questions every `queryIntervalMs`. */
  ask(): void
}

export function loopbackMdns(options: LoopbackMdnsOptions): LoopbackMdns {
  const { serviceTag, port, queryIntervalMs, onProblem } = options
  let ask = () => {}
  const module: LoopbackMdns['module'] = components => {
    const discovery = mdns({ serviceTag, port, ip: GROUP, interval: queryIntervalMs })(components)
    discovery.addEventListener('peer', event => options.onPeer(event.detail))
    ask = onLoopback(discovery, { onProblem, accepts: unseen() }).ask
    return discovery
  }
  return { module, ask: () => ask() }
}

/**
 * Whether an answer says something it did not say before. Everyone's question is answered by everyone to everyone, and libp2p
 * writes each answer to its peer store: with ten nodes that was a fifth of the CPU of starting a network.
 */
function unseen(): (packet: multicastDNS.ResponsePacket) => boolean {
  const lastByName = new Map<string, string>()
  return ({ answers = [] }) => {
    const data = answers.map(answer => ('data' in answer ? String(answer.data) : '')).join('\n')
    const pointer = answers.find(answer => answer.type === 'PTR')
    const name = pointer && 'data' in pointer ? String(pointer.data) : ''
    if (lastByName.get(name) === data) return false
    if (lastByName.size > MAX_NAMES) lastByName.clear()
    lastByName.set(name, data)
    return true
  }
}
