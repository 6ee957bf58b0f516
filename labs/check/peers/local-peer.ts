/** The checker's libp2p nodes on a local network (local-network.ts). They dial nobody by themselves. */
import type * as bundle from '../../../network/node/peer.ts'
import type { CheckContext } from '../kit/check.ts'
import { listenFault } from './kept-port.ts'
import { dialFailure } from './libp2p.ts'
import type { LocalNetwork } from './local-network.ts'
import { machineFault } from './machine-fault.ts'

export interface LocalPeerOptions {
  /** As in messages and in the transcript: "the first node". It decides the identity, unless `as` does. */
  called: string
  /** The name that decides the identity: a node that comes back has that of its first start. */
  as?: string
  /** False: it only dials. A number: it listens on that port (kept-port.ts). */
  listen?: boolean | number
  /** `null`: it does not speak identify. */
  agent?: string | null
  /** Its name in mDNS. */
  name?: string
  /** Left out: the one of the network. */
  serviceTag?: string
  /** Called for each answer of somebody else. */
  onFound?: (peer: bundle.FoundPeer) => void
  /** A multiaddr without an identity that it announces in place of its own. */
  announces?: string
  /** It speaks gossipsub (gossip-peer.ts). */
  gossip?: bundle.PeerGossipOptions
}

export interface LocalPeer {
  called: string
  id: string
  agent: string | null
  name: string
  /** Without an identity; empty when it does not listen. */
  address: string
  /** Where it speaks gossipsub. */
  gossip: bundle.PeerGossip | undefined
  /** Answers in mDNS from now on. */
  appear(): Promise<void>
  /** Answers no more. Its connections stay. */
  disappear(): Promise<void>
  /** Connections that others have made to it, and those that did not get as far as that. */
  accepted(): number
  reached(): number
  connectionsWith(id: string): number
  hangUp(id: string): Promise<void>
  /** Resolves with what the node of this identity tells in identify, when it has done so so many times: once for each connection. */
  identified(id: string, times?: number): Promise<bundle.IdentifiedPeer>
  /** One more connection. Rejects with a CheckFailure when the program cannot be reached there. */
  dial(address: string): Promise<void>
  /** Breaks all its connections, and answers no more. */
  stop(): Promise<void>
}

/** The 32 bytes behind the identity of a node with this name (`as`, or else `called`). */
export const identityOf = (t: CheckContext, as: string): Uint8Array =>
  t.random.split(as).split('identity').bytes(32)

/** It is stopped when the check is over. */
export async function openLocalPeer(
  t: CheckContext,
  network: LocalNetwork,
  options: LocalPeerOptions,
): Promise<LocalPeer> {
  const { createPeer } = (await import(new URL('peer.mjs', import.meta.url).href)) as typeof bundle
  const { called, as = called, listen = true, onFound, announces, gossip } = options
  const random = t.random.split(as)
  const agent =
    options.agent === undefined ? `node-${random.split('agent').int(1000, 9999)}/1.0` : options.agent
  const name = options.name ?? random.split(called).bytes(16).toString('hex')
  const peer = await createPeer({
    seed: identityOf(t, as),
    listen,
    ...(agent !== null && { agent }),
    ...(announces !== undefined && { announces }),
    ...(gossip && { gossip }),
    mdns: {
      serviceTag: options.serviceTag ?? network.serviceTag,
      port: network.port,
      name,
      ...(onFound && { onFound }),
    },
  }).catch((error: unknown) => {
    throw listenFault(error, called, typeof listen === 'number' ? listen : undefined)
  })
  network.own({ name, id: peer.id, called })
  const told: bundle.IdentifiedPeer[] = []
  const waiting = new Set<() => void>()
  peer.onIdentified(other => {
    t.transcript.note('from program', called, 'connect', `identified ${other.id}, agent ${other.agent}`)
    told.push(other)
    for (const look of waiting) look()
  })
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= peer.stop())
  t.onEnd(stop)
  return {
    called,
    id: peer.id,
    agent,
    name,
    address: peer.addresses[0]?.replace(/\/p2p\/\w+$/, '') ?? '',
    gossip: peer.gossip,
    async appear() {
      t.transcript.note('to program', called, 'open', 'answers in mDNS from here on')
      await peer.appear()
    },
    async disappear() {
      t.transcript.note('to program', called, 'close', 'answers in mDNS no more')
      await peer.disappear()
    },
    accepted: () => peer.accepted(),
    reached: () => peer.reached(),
    connectionsWith: id => peer.connectionsWith(id),
    hangUp: id => peer.hangUp(id),
    identified: (id, times = 1) =>
      new Promise(resolve => {
        const look = () => {
          const one = told.filter(other => other.id === id)[times - 1]
          if (!one) return
          waiting.delete(look)
          resolve(one)
        }
        waiting.add(look)
        look()
      }),
    async dial(address) {
      try {
        await peer.dial(address, { anew: true })
        t.transcript.note('to program', called, 'connect', `connected to ${address}`)
      } catch (error) {
        throw machineFault(error) ?? dialFailure(address, error as Error)
      }
    },
    async stop() {
      t.transcript.note('to program', called, 'close', 'stopped')
      await stop()
    },
  }
}
