/**
 * Links with faults. A link without any is a connection between two nodes and nothing else. One that gets a fault is dialled anew,
 * through a proxy here (faults/tcp-link.ts), by whichever of its ends dials; when the fault is cleared it is dialled directly
 * again. The peer id in the dialled address stays, so libp2p finds that the other end is who it should be.
 */
import { now } from '../../clock.ts'
import type { LinkFaults } from '../../events.ts'
import { NetworkError } from '../../failure.ts'
import type { FaultReport } from '../../faults/report.ts'
import { openTcpLink, type Target, type TcpFaults, type TcpLink } from '../../faults/tcp-link.ts'
import { linkKey, type NetworkState } from '../../state.ts'
import type { Linking } from '../linking.ts'
import type { Links } from '../links.ts'
import type { EventRecord } from '../record.ts'
import { known } from '../../refusals.ts'
import { separated } from '../separated.ts'

/** For a link to be dialled anew through a slow proxy: a handshake takes some ten trips. Milliseconds. */
const REDIAL_DEADLINE_MS = 60_000
/** What the proxies did is told at most this often. Milliseconds. */
const TELL_MS = 500

export interface FaultyLinks {
  /** Resolves when the link goes through the proxy, should both ends be up. Replaces the faults the link had. */
  set(a: string, b: string, faults: LinkFaults): Promise<void>
  /** Resolves when the link is direct again, should both ends be up. Nothing happens when it has no fault. */
  clear(a: string, b: string): Promise<void>
  /** The address that `name` dials instead of its neighbour's own. */
  through(name: string, other: string): string | undefined
  /** What `name` does itself to what it sends `other`: with UDP there is no connection that could be dialed anew through a proxy. */
  inPlace(name: string, other: string): LinkFaults | undefined
  /** Closes the proxies at once. */
  close(): Promise<void>
}

interface Proxied {
  a: string
  b: string
  /** By the name of the end that is dialled. */
  proxies: Record<string, TcpLink>
  acted: { delayed: number; lost: number; paced: number; resets: number }
  timer?: NodeJS.Timeout
}

export function createFaultyLinks(options: {
  record: EventRecord
  links: Links
  linking: () => Linking
  isInPlace: () => boolean
}): FaultyLinks {
  const { record, links, linking, isInPlace } = options
  const proxied = new Map<string, Proxied>()
  const shaped = new Map<string, LinkFaults>()
  const shape = (a: string, b: string, faults: LinkFaults | undefined) => {
    if (faults) shaped.set(linkKey(a, b), faults)
    else if (!shaped.delete(linkKey(a, b))) return
    record.add(
      faults
        ? { type: 'link-fault', at: now(), a, b, faults }
        : { type: 'link-fault-cleared', at: now(), a, b },
    )
    for (const end of [a, b]) linking().send(end)
  }

  const targetOf = (name: string): Target | undefined => {
    const [, host, port] =
      /^\/ip4\/([0-9.]+)\/tcp\/(\d+)/.exec(record.state.nodes[name]?.addresses[0] ?? '') ?? []
    return host === undefined ? undefined : { host, port: Number(port) }
  }
  const count = (link: Proxied, report: FaultReport) => {
    const { acted } = link
    if (report.fault === 'delay') acted.delayed++
    else if (report.fault === 'loss') acted.lost++
    else if (report.fault === 'paced') acted.paced++
    else if (report.fault === 'given-up') acted.resets++
    else if (report.fault !== 'seen') return
    link.timer ??= setTimeout(() => {
      delete link.timer
      const { a, b, proxies } = link
      if (proxied.get(linkKey(a, b)) !== link) return
      const bytes = Object.values(proxies).reduce((sum, proxy) => sum + proxy.carried, 0)
      record.add({ type: 'link-acted', at: now(), a, b, bytes, ...acted })
    }, TELL_MS).unref()
  }
  const open = async (a: string, b: string): Promise<Proxied> => {
    const link: Proxied = { a, b, proxies: {}, acted: { delayed: 0, lost: 0, paced: 0, resets: 0 } }
    for (const end of [a, b]) {
      const onReport = (report: FaultReport) => count(link, report)
      link.proxies[end] = await openTcpLink({ target: () => targetOf(end), seed: proxied.size, onReport })
    }
    return link
  }
  const closeProxies = ({ proxies, timer }: Proxied) => {
    clearTimeout(timer)
    return Promise.all(Object.values(proxies).map(proxy => proxy.close()))
  }
  const isProxy = (link: Proxied, address: string) =>
    Object.values(link.proxies).some(({ port }) => address.startsWith(`/ip4/127.0.0.1/tcp/${port}/`))
  /** Whether both ends are connected, the dialling one by way of the proxy or not; true also while one of them is down. */
  const goes = (state: NetworkState, link: Proxied, proxy: boolean) => {
    const [x, y] = [state.nodes[link.a], state.nodes[link.b]]
    if (x?.phase !== 'listening' || y?.phase !== 'listening' || x.paused || y.paused) return true
    if (separated(state, link.a, link.b)) return true
    const [xy, yx] = [x.connections[y.peerId!], y.connections[x.peerId!]]
    if (!xy || !yx) return false
    const dialled = xy.direction === 'outbound' ? xy : yx
    return isProxy(link, dialled.address) === proxy
  }
  const redial = async (link: Proxied, proxy: boolean, step: string) => {
    for (const end of [link.a, link.b]) linking().send(end)
    try {
      await record.until(state => goes(state, link, proxy), AbortSignal.timeout(REDIAL_DEADLINE_MS))
    } catch {
      throw new NetworkError({
        step,
        cause: `the nodes did not dial the link between ${link.a} and ${link.b} again within ${REDIAL_DEADLINE_MS / 1000} s`,
        remedy: 'Clear its faults and check the logs of both nodes',
      })
    }
  }

  const clear = async (a: string, b: string) => {
    if (isInPlace()) return shape(a, b, undefined)
    const link = proxied.get(linkKey(a, b))
    if (!link) return
    proxied.delete(linkKey(a, b))
    record.add({ type: 'link-fault-cleared', at: now(), a: link.a, b: link.b })
    try {
      await redial(link, false, 'clear the faults of a link')
    } finally {
      await closeProxies(link)
    }
  }

  return {
    async set(a, b, faults) {
      known(record.state, a)
      known(record.state, b)
      if (!links.neighbours(a).has(b)) {
        const neighbours = [...links.neighbours(a)].join(', ')
        const cause = a === b ? `${a} cannot have a link to itself` : `${a} and ${b} are not linked`
        throw new NetworkError({ step: 'set faults', cause, remedy: `${a} is linked to ${neighbours}` })
      }
      if (isInPlace()) return shape(a, b, faults)
      const key = linkKey(a, b)
      const before = proxied.get(key)
      const link = before ?? (await open(a, b))
      proxied.set(key, link)
      for (const proxy of Object.values(link.proxies))
        for (const direction of ['to-server', 'to-client'] as const) proxy.setFaults(direction, asTcp(faults))
      record.add({ type: 'link-fault', at: now(), a: link.a, b: link.b, faults })
      if (!before) await redial(link, true, 'set faults')
    },
    clear,
    inPlace: (name, other) => shaped.get(linkKey(name, other)),
    through(name, other) {
      const proxy = proxied.get(linkKey(name, other))?.proxies[other]
      const peer = record.state.nodes[other]?.peerId
      return proxy && peer !== undefined ? `/ip4/127.0.0.1/tcp/${proxy.port}/p2p/${peer}` : undefined
    },
    async close() {
      const all = [...proxied.values()]
      proxied.clear()
      shaped.clear()
      await Promise.all(all.map(closeProxies))
    },
  }
}

/** Both directions share the latency: what is set is the time of a way, not of a round trip. */
const asTcp = ({ latencyMs, jitterMs, loss, bytesPerSecond }: LinkFaults): TcpFaults => ({
  ...(latencyMs === undefined ? {} : { delayMs: latencyMs }),
  ...(jitterMs === undefined ? {} : { jitterMs }),
  ...(loss === undefined ? {} : { loss }),
  ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
})
