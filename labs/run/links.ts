/** The links of one node of a learner's network: one to each peer that it dials, watched, and cut when the network is split. */
import { now } from '../../network/clock.ts'
import type { NetworkEvent } from '../../network/events.ts'
import type { Link as Planned } from '../../network/node-messages.ts'
import { openLink, type Link, type LinkEvent } from '../../network/links/link.ts'
import { programPeer } from '../../network/program-node.ts'
import type { NetworkRun } from '../exercise/network-run.ts'

export interface NodeLinks {
  /** Where the program finds its peers. */
  readonly peers: { id: string; address: string }[]
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

/** `name` is the node's own. */
export async function openNodeLinks(
  name: string,
  dialed: readonly string[],
  { format, carries, dials }: Pick<NetworkRun, 'format' | 'carries' | 'dials'>,
  emit: (event: NetworkEvent) => void,
): Promise<NodeLinks> {
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
      if (dials === 'one') emit(event(peer, name))
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
      }),
    )
  }
  const parse = (address: string) => {
    const [whole, host, port] = /^\/ip4\/([0-9.]+)\/tcp\/(\d+)/.exec(address) ?? []
    return whole === undefined ? undefined : { host: host!, port: Number(port), address: whole }
  }
  const nameOf = (peer: string) => peer.replace(/^program:/, '')
  return {
    peers: [...links].map(([id, { port }]) => ({ id, address: `${HOST}:${port}` })),
    aim(planned) {
      aimed = true
      const before = new Map(targets)
      targets.clear()
      for (const { peer, addresses, through } of planned) {
        const place = parse(through ?? addresses?.[0] ?? '')
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
