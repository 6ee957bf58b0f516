/**
 * Keeps the connections a node should have. libp2p dials nobody by itself: discovering is not connecting, and somebody
 * has to decide. Here the orchestrator decides (the topology), and the node dials as soon as it knows an address.
 */
import type { Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { now } from '../clock.ts'
import type { NetworkEvent } from '../events.ts'
import type { Link } from '../node-messages.ts'
import { causeOf } from './cause-of.ts'
import { createLimit } from './concurrency-limit.ts'
import { TIMEOUT_MS } from './timeouts.ts'

/** Waits between tries of one peer, milliseconds; the last one repeats. */
const RETRY_MS = [100, 300, 1_000, 3_000]
/**
 * Dials under way at once in a process, whichever of its nodes they belong to. Each costs about 20 ms of CPU: more at once only make each
 * of them slower, and on a busy machine all of them run into their time-out together.
 */
const dials = createLimit(4)

export interface Dialler {
  /** The whole set of peers to dial and keep. Others are left as they are. */
  setLinks(links: readonly Link[]): void
  learned(peer: string, addresses: readonly string[]): void
  /** Whether there is an address for every peer to dial. */
  knowsAll(): boolean
  disconnected(peer: string): void
  stop(): void
}

interface Wanted {
  /** The address of a proxy, which is dialled instead. */
  through?: string | undefined
  addresses: readonly string[]
  tries: number
  busy: boolean
  timer?: NodeJS.Timeout
}

export function createDialler(
  libp2p: () => Libp2p,
  node: string,
  emit: (event: NetworkEvent) => void,
): Dialler {
  const wanted = new Map<string, Wanted>()
  const known = new Map<string, readonly string[]>()
  const stopped = new AbortController()

  const isConnected = (peer: string) =>
    libp2p()
      .getConnections()
      .some(c => c.remotePeer.toString() === peer && c.status === 'open')

  const dialNext = () => {
    if (stopped.signal.aborted) return
    for (const [peer, link] of wanted) {
      const direct = link.addresses.length > 0 ? link.addresses : known.get(peer)
      const addresses = link.through === undefined ? direct : [link.through]
      if (!addresses || link.busy || link.timer || isConnected(peer)) continue
      void dial(peer, link, addresses)
    }
  }

  const dial = async (peer: string, link: Wanted, addresses: readonly string[]) => {
    link.busy = true
    const leave = await dials.enter()
    if (stopped.signal.aborted || wanted.get(peer) !== link || isConnected(peer)) {
      link.busy = false
      return leave()
    }
    emit({ type: 'dialling', at: now(), node, peer })
    try {
      const targets = addresses.map(a => multiaddr(a.includes('/p2p/') ? a : `${a}/p2p/${peer}`))
      await libp2p().dial(targets, {
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      link.tries = 0
    } catch (error) {
      if (stopped.signal.aborted || wanted.get(peer) !== link) return
      const wait = RETRY_MS[Math.min(link.tries, RETRY_MS.length - 1)]!
      link.tries++
      emit({
        type: 'dial-failed',
        at: now(),
        node,
        peer,
        step: `dial ${addresses[0] ?? peer}`,
        cause: causeOf(error),
        remedy: `The node retries in ${wait / 1000} s. If the error persists, check the log of the peer.`,
      })
      link.timer = setTimeout(() => {
        delete link.timer
        dialNext()
      }, wait)
    } finally {
      link.busy = false
      leave()
      if (!stopped.signal.aborted) dialNext()
    }
  }

  /** Closes the connections that go another way than through the proxy, or, without one, those that went through one. */
  const leaveOtherWays = (peer: string, through: string | undefined, wasWanted: boolean) => {
    if (through === undefined && !wasWanted) return
    for (const connection of libp2p().getConnections()) {
      if (connection.remotePeer.toString() !== peer) continue
      if (through !== undefined && connection.remoteAddr.toString().startsWith(through)) continue
      connection.abort(new Error('the link now takes another route'))
    }
  }

  return {
    setLinks(links) {
      const before = new Map(wanted)
      wanted.clear()
      for (const { peer, addresses = [], through } of links) {
        // The same object while the peer is wanted and the way to it: a dial that is under way belongs to it.
        const known = before.get(peer)
        const sameWay = known?.through === through
        const link = known && sameWay ? known : { addresses, tries: 0, busy: false }
        if (sameWay) before.delete(peer)
        clearTimeout(link.timer)
        delete link.timer
        Object.assign(link, { addresses, through, tries: 0 })
        wanted.set(peer, link)
        if (!sameWay) leaveOtherWays(peer, through, known !== undefined)
      }
      for (const gone of before.values()) clearTimeout(gone.timer)
      dialNext()
    },
    learned(peer, addresses) {
      known.set(peer, addresses)
      dialNext()
    },
    knowsAll: () => [...wanted].every(([peer, link]) => link.addresses.length > 0 || known.has(peer)),
    disconnected(peer) {
      const link = wanted.get(peer)
      if (!link || link.busy || link.timer) return
      // Not at once: the other side may have gone for good, and the orchestrator is about to say so.
      link.timer = setTimeout(() => {
        delete link.timer
        dialNext()
      }, RETRY_MS[0])
    },
    stop() {
      stopped.abort()
      for (const link of wanted.values()) clearTimeout(link.timer)
      wanted.clear()
    },
  }
}
