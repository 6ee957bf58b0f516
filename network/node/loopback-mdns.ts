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
import { GROUP, isFromHere, LOOPBACK, multicastBind } from '../loopback-multicast.ts'

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
interface Internals {
  mdns?: multicastDNS.MulticastDNS
  _onMdnsQuery: (packet: multicastDNS.QueryPacket) => void
  _onMdnsResponse: (packet: multicastDNS.ResponsePacket) => void
  start(): Promise<void>
  stop(): Promise<void>
}

export interface LoopbackMdns {
  /** A module for libp2p's `peerDiscovery`. */
  module: (components: Parameters<ReturnType<typeof mdns>>[0]) => PeerDiscovery
  /** Asks now, besides the questions every `queryIntervalMs`. */
  ask(): void
}

export function loopbackMdns(options: LoopbackMdnsOptions): LoopbackMdns {
  const { serviceTag, port, queryIntervalMs } = options
  let socket: multicastDNS.MulticastDNS | undefined
  const ask = () => socket?.query({ questions: [{ name: serviceTag, type: 'PTR' }] })

  const module: LoopbackMdns['module'] = components => {
    const discovery = mdns({ serviceTag, port, ip: GROUP })(components)
    discovery.addEventListener('peer', event => options.onPeer(event.detail))

    const internals = discovery as unknown as Internals
    const stop = internals.stop.bind(discovery)
    let timer: NodeJS.Timeout | undefined
    const isNew = unseen()

    internals.start = async () => {
      if (internals.mdns) return
      socket = multicastDNS({ port, ip: GROUP, interface: LOOPBACK, bind: multicastBind(), ttl: 1 })
      internals.mdns = socket
      socket.on('query', (packet, rinfo) => isFromHere(rinfo) && internals._onMdnsQuery(packet))
      socket.on('response', (packet, rinfo) => {
        if (isFromHere(rinfo) && isNew(packet)) internals._onMdnsResponse(packet)
      })
      socket.on('warning', options.onProblem)
      socket.on('error', options.onProblem)
      socket.once('ready', ask)
      timer = setInterval(ask, queryIntervalMs)
    }
    internals.stop = async () => {
      clearInterval(timer)
      socket = undefined
      await stop()
    }
    return discovery
  }
  return { module, ask }
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
