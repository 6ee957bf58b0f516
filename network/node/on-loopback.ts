/**
 * @libp2p/mdns on the loopback interface only.
 *
 * It joins the multicast group on every interface of the machine, so that anyone on the local network could discover its node, and has no option
 * against it. Its `start` is replaced by one that gives multicast-dns the loopback interface; questions, answers and events stay those of @libp2p/mdns.
 *
 * The names used here (`mdns`, `ip`, `port`, `serviceTag`, `interval`, `_queryInterval`, `_onMdns…`) are not public: the version is pinned, and a
 * contract test fails when they move.
 */
import type { PeerDiscovery } from '@libp2p/interface'
import multicastDNS from 'multicast-dns'
import { isFromHere, LOOPBACK, multicastBind } from '../loopback-multicast.ts'

export interface OnLoopback {
  /** Asks now, besides the questions in each interval. Nothing happens while it is stopped. */
  ask(): void
}

export interface OnLoopbackOptions {
  /** Whether it asks by itself: at once, and then in each interval. True when left out. */
  asks?: boolean
  /** Left out: what goes wrong is logged as @libp2p/mdns does it. */
  onProblem?: (error: Error) => void
  /** Whether an answer is looked at; left out: every one is. */
  accepts?: (packet: multicastDNS.ResponsePacket) => boolean
}

interface Internals {
  mdns?: multicastDNS.MulticastDNS
  ip: string
  port: number
  serviceTag: string
  interval: number
  _queryInterval: NodeJS.Timeout | null
  _onMdnsQuery: (packet: multicastDNS.QueryPacket) => void
  _onMdnsResponse: (packet: multicastDNS.ResponsePacket) => void
  _onMdnsWarning: (error: Error) => void
  _onMdnsError: (error: Error) => void
  start(): Promise<void>
}

/** Keeps `discovery`, which `mdns()` has made and which has not started, on the loopback interface. */
export function onLoopback(
  discovery: PeerDiscovery,
  { asks = true, onProblem, accepts = () => true }: OnLoopbackOptions = {},
): OnLoopback {
  const internals = discovery as unknown as Internals
  const ask = () => internals.mdns?.query({ questions: [{ name: internals.serviceTag, type: 'PTR' }] })
  // Synchronous but for its type: nothing comes between the look at `mdns` and its assignment.
  internals.start = async () => {
    if (internals.mdns) return
    const { ip, port } = internals
    const socket = multicastDNS({ port, ip, interface: LOOPBACK, bind: multicastBind(), ttl: 1 })
    internals.mdns = socket
    socket.on('query', (packet, rinfo) => isFromHere(rinfo) && internals._onMdnsQuery(packet))
    socket.on('response', (packet, rinfo) => {
      if (isFromHere(rinfo) && accepts(packet)) internals._onMdnsResponse(packet)
    })
    socket.on('warning', onProblem ?? internals._onMdnsWarning)
    socket.on('error', onProblem ?? internals._onMdnsError)
    if (!asks) return
    socket.once('ready', ask)
    // Where `stop` looks for it.
    internals._queryInterval = setInterval(ask, internals.interval)
  }
  return { ask }
}
