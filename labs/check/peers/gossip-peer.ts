/** The checker's libp2p nodes (local-peer.ts) in a gossipsub network: what the program sends to them, and messages for it of any origin. */
import type * as bundle from '../../../network/node/peer.ts'
import type { CheckContext } from '../kit/check.ts'
import type { Random } from '../kit/random.ts'
import type { LocalNetwork } from './local-network.ts'
import { identityOf, openLocalPeer, type LocalPeer, type LocalPeerOptions } from './local-peer.ts'

export type { SignedMessage } from '../../../network/node/peer.ts'

/** Between two rounds of mesh maintenance of the checker's nodes. */
const HEARTBEAT_MS = 100
/** Between two looks at a condition: a mesh also changes when nothing comes. */
const LOOK_MS = 10

export interface GossipPeer extends LocalPeer {
  /** What another node has sent to it, in order; a message can be there several times. */
  received(from: string): readonly bundle.SignedMessage[]
  /** How often another node has told it that it is out of its mesh. */
  prunedBy(from: string): number
  subscribed(from: string): boolean
  hasInMesh(id: string): boolean
  /** 0, or less for a node that has sent what the checker rejects: minus the square of their number. */
  scoreOf(id: string): number
  /** In one RPC. False when there is no gossipsub stream to the node. `what` is for the transcript: "announces height 5". */
  send(to: string, what: string, ...messages: readonly bundle.SignedMessage[]): boolean
  /** Resolves when `condition` is true. Stays pending when the check is over. */
  until(condition: () => boolean): Promise<void>
}

export interface GossipPeerOptions extends Omit<LocalPeerOptions, 'gossip'> {
  topic: string
  /** Whether a message may be passed on. */
  isSound(data: Uint8Array): boolean
}

/** It has subscribed to the topic, and is stopped when the check is over. */
export async function openGossipPeer(
  t: CheckContext,
  network: LocalNetwork,
  { topic, isSound, ...options }: GossipPeerOptions,
): Promise<GossipPeer> {
  const judge = ({ data }: { data: Uint8Array }) => (isSound(data) ? 'accept' : 'reject')
  const peer = await openLocalPeer(t, network, {
    ...options,
    gossip: { topic, heartbeatMs: HEARTBEAT_MS, judge },
  })
  const gossip = peer.gossip!
  const heard: bundle.GossipEvent[] = []
  const note = (way: 'to program' | 'from program', what: string) =>
    t.transcript.note(way, peer.called, 'datagram', what)
  const waiting = new Set<() => void>()
  const look = () => {
    for (const one of waiting) one()
  }
  gossip.onEvent(event => {
    heard.push(event)
    note(
      'from program',
      event.type === 'message' ? `sends ${Buffer.from(event.message.data).toString()}` : event.type,
    )
    look()
  })
  const looking = setInterval(look, LOOK_MS)
  t.onEnd(() => clearInterval(looking))
  return {
    ...peer,
    received: from =>
      heard.flatMap(event => (event.type === 'message' && event.from === from ? [event.message] : [])),
    prunedBy: from => heard.filter(event => event.type === 'pruned' && event.from === from).length,
    subscribed: from => heard.some(event => event.type === 'subscribed' && event.from === from),
    hasInMesh: id => gossip.hasInMesh(id),
    scoreOf: id => gossip.scoreOf(id),
    send(to, what, ...messages) {
      const sent = gossip.send(to, ...messages)
      if (sent) note('to program', what)
      return sent
    },
    until: condition =>
      new Promise(resolve => {
        const one = () => {
          if (!condition()) return
          waiting.delete(one)
          resolve()
        }
        waiting.add(one)
        one()
      }),
  }
}

/** Whoever signs messages: a node of the network, which need not be connected to the program. */
export interface Origin {
  id: string
  /** A new message; each has a sequence number of its own. */
  sign(data: Uint8Array): Promise<bundle.SignedMessage>
}

/** `called` and the seed decide its identity. */
export function openOrigin(t: CheckContext, topic: string, called: string): Promise<Origin> {
  const random = t.random.split(called)
  return originOf(topic, random.bytes(32), random)
}

/** A node of the checker as the origin of messages. Once for each identity: a second one would use its sequence numbers again. */
export const openOwnOrigin = (t: CheckContext, topic: string, { called }: GossipPeer): Promise<Origin> =>
  originOf(topic, identityOf(t, called), t.random.split(`${called}, as an origin`))

async function originOf(topic: string, seed: Uint8Array, random: Random): Promise<Origin> {
  const { signMessage } = (await import(new URL('peer.mjs', import.meta.url).href)) as typeof bundle
  // From 2^62 on, where a number that is not a bigint is not exact.
  let sequenceNumber = 2n ** 62n + BigInt(random.int(1, 2 ** 31))
  const sign: Origin['sign'] = data => signMessage(seed, { topic, data, sequenceNumber: ++sequenceNumber })
  return { id: (await sign(new Uint8Array())).origin, sign }
}
