/**
 * Multicast DNS that stays on this machine.
 *
 * @libp2p/mdns joins the multicast group on every interface of the machine, so that anyone on the local network could discover
 * our nodes, and has no option against it. Its `start` is replaced by one that gives multicast-dns the loopback
 * interface; questions, answers and events stay those of @libp2p/mdns.
 *
 * The names used here (`mdns`, `_onMdnsQuery`, `_onMdnsResponse`) are not public: the version is pinned, and a
 * contract test fails when they move.
 */
import { mdns } from '@libp2p/mdns'
import type { PeerDiscovery, PeerInfo } from '@libp2p/interface'
import multicastDNS from 'multicast-dns'

export interface LoopbackMdnsOptions {
  /** The PTR name asked for; each network has its own, so that networks do not see each other. */
  serviceTag: string
  /** UDP port of the group; each network has its own. */
  port: number
  /** Time between two questions, milliseconds. */
  queryIntervalMs: number
  /** Every answer, also from a peer that is known already. */
  onPeer: (peer: PeerInfo) => void
  onProblem: (error: Error) => void
}

/** RFC 6762, 3: the IPv4 group of multicast DNS. */
export const GROUP = '224.0.0.251'
/** Questions asked soon after the start, as RFC 6762, 5.2 advises, because an answer may be lost while many nodes start: milliseconds. */
const EARLY_QUESTIONS = [150, 400, 900]

interface Internals {
  mdns?: multicastDNS.MulticastDNS
  _onMdnsQuery: (packet: multicastDNS.QueryPacket) => void
  _onMdnsResponse: (packet: multicastDNS.ResponsePacket) => void
  start(): Promise<void>
  stop(): Promise<void>
}

/** A module for libp2p's `peerDiscovery`. */
export const loopbackMdns =
  (options: LoopbackMdnsOptions) =>
  (components: Parameters<ReturnType<typeof mdns>>[0]): PeerDiscovery => {
    const { serviceTag, port, queryIntervalMs } = options
    const discovery = mdns({ serviceTag, port, ip: GROUP })(components)
    discovery.addEventListener('peer', event => options.onPeer(event.detail))

    const internals = discovery as unknown as Internals
    const timers = new Set<NodeJS.Timeout>()
    const stop = internals.stop.bind(discovery)

    internals.start = async () => {
      if (internals.mdns) return
      const socket = multicastDNS({ port, ip: GROUP, interface: '127.0.0.1', bind: '0.0.0.0', ttl: 1 })
      internals.mdns = socket
      socket.on('query', (packet, rinfo) => fromHere(rinfo) && internals._onMdnsQuery(packet))
      socket.on('response', (packet, rinfo) => fromHere(rinfo) && internals._onMdnsResponse(packet))
      socket.on('warning', options.onProblem)
      socket.on('error', options.onProblem)
      const ask = () => socket.query({ questions: [{ name: serviceTag, type: 'PTR' }] })
      socket.once('ready', ask)
      for (const delay of EARLY_QUESTIONS) timers.add(setTimeout(ask, delay))
      timers.add(setInterval(ask, queryIntervalMs))
    }
    internals.stop = async () => {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      await stop()
    }
    return discovery
  }

/** The socket hears every packet that reaches the port; only those of this machine's loopback interface count. */
const fromHere = (rinfo: { address: string }) => rinfo.address.startsWith('127.')
