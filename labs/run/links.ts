/** The links of one node of a learner's network: one to each peer that it dials, watched, and cut when the network is split. */
import { now } from '../../network/clock.ts'
import type { NetworkEvent } from '../../network/events.ts'
import type { Link as Planned } from '../../network/node-messages.ts'
import { openLink, type Link, type LinkEvent } from '../../network/links/link.ts'
import { programPeer } from '../../network/program-node.ts'
import type { NetworkRun } from '../exercise/network-run.ts'
import type { AddressBook } from './address-book.ts'

export interface NodeLinks {
  /** Where the program finds its peers, all of them. */
  readonly peers: { id: string; address: string }[]
  /** The port that the program listens on. */
  settle(port: number): void
  /** Where the peers are now; one that is left out is not there. */
  aim(links: readonly Planned[]): void
  /** Peers with which there is no connection until they are left out again. */
  deny(peers: readonly string[]): void
  /** Closes everything; what was connected is told. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** Broadcasts have an ID of the program's making; events have hex. */
export const messageId = (id: string): string => Buffer.from(id.slice(0, 128)).toString('hex') || '00'

export interface NodeLinksOptions {
  /** The node's own. */
  name: string
  dialed: readonly string[]
  run: Pick<NetworkRun, 'format' | 'carries' | 'dials' | 'readdress'>
  book: AddressBook
  emit(event: NetworkEvent): void
}

export async function openNodeLinks({ name, dialed, run, book, emit }: NodeLinksOptions): Promise<NodeLinks> {
  const { format, carries, dials } = run
  const targets = new Map<string, { host: string; port: number; address: string }>()
  const links = new Map<string, Link>()
  const denied = new Set<string>()
  let aimed = false

  const report = (peer: string) => {
    const sent = new Map<number, Omit<Extract<NetworkEvent, { type: 'frame' }>, 'at'>>()
    let open = 0
    const both = (event: (node: string, other: string) => NetworkEvent) => {
      emit(event(name, peer))
      // The other end of a connection that both speak on; where each dials, it tells of its own.
      if (dials !== 'both') emit(event(peer, name))
    }
    return (event: LinkEvent) => {
      switch (event.type) {
        case 'open':
          if (++open > 1) return
          return both((node, other) => ({
            type: 'connected',
            at: now(),
            node,
            peer: programPeer(other),
            direction: node === name ? 'outbound' : 'inbound',
            address: `${targets.get(peer)?.address ?? ''}/p2p/${programPeer(peer)}`,
          }))
        case 'closed':
          if (--open > 0) return
          return both((node, other) => ({ type: 'disconnected', at: now(), node, peer: programPeer(other) }))
        case 'sent': {
          const [node, other] = event.way === 'out' ? [name, peer] : [peer, name]
          const { label, bytes, value } = event.unit
          const id = carries?.(value)
          return void sent.set(event.number, {
            type: 'frame',
            node,
            peer: programPeer(other),
            kind: label.slice(0, 64) || '?',
            bytes: bytes.length,
            sentAt: now(),
            ...(id !== undefined && { message: messageId(id) }),
          })
        }
        case 'delivered':
        case 'lost': {
          const frame = sent.get(event.number)
          sent.delete(event.number)
          if (frame) emit({ ...frame, at: now(), ...(event.type === 'lost' && { lost: true }) })
          return
        }
        case 'bad':
          return emit({
            type: 'notice',
            at: now(),
            level: 'warning',
            node: name,
            text: `The connection between ${name} and ${peer} was reset, because what came is not a message of the exercise: ${event.message}.`,
          })
        case 'refused':
        case 'stranger':
          return
      }
    }
  }

  for (const peer of dialed) {
    links.set(
      peer,
      await openLink({
        from: name,
        format,
        target: () => targets.get(peer) ?? (aimed ? undefined : 'wait'),
        onEvent: report(peer),
        rewrite(unit, way) {
          const [sender, receiver] = way === 'out' ? [name, peer] : [peer, name]
          const bytes = run.readdress?.(unit.value, address => book.translate(address, sender, receiver))
          return bytes ? { ...unit, bytes: Buffer.from(bytes) } : unit
        },
      }),
    )
  }
  return {
    peers: [...links].map(([id, { port }]) => ({ id, address: `${HOST}:${port}` })),
    settle: port => book.settle(name, port),
    aim(planned) {
      aimed = true
      const before = new Map(targets)
      targets.clear()
      for (const { peer, addresses, through } of planned) {
        const itself = placeOf(addresses?.[0])
        if (itself) book.settle(nameOf(peer), itself.port)
        const place = placeOf(through) ?? itself
        if (place) targets.set(nameOf(peer), place)
      }
      for (const [peer, link] of links) {
        const [was, is] = [before.get(peer), targets.get(peer)]
        // Through a proxy, or not any more; a node that came back is elsewhere, too.
        if (was && (was.port !== is?.port || was.host !== is.host)) link.reset()
        link.look()
      }
    },
    deny(peers) {
      const now = new Set(peers.map(nameOf))
      for (const [peer, link] of links) {
        if (now.has(peer) && !denied.has(peer)) link.cut('break')
        if (!now.has(peer) && denied.has(peer)) link.mend()
      }
      denied.clear()
      for (const peer of now) denied.add(peer)
    },
    async close() {
      await Promise.all([...links.values()].map(link => link.close()))
    },
  }
}

/** Of a multiaddr. */
export function placeOf(multiaddr = ''): { host: string; port: number; address: string } | undefined {
  const [address, host, port] = /^\/ip4\/([0-9.]+)\/(?:tcp|udp)\/(\d+)/.exec(multiaddr) ?? []
  return address === undefined ? undefined : { host: host!, port: Number(port), address }
}

/** Of what stands in for a peer ID. */
export const nameOf = (peer: string): string => peer.replace(/^program:/, '')
