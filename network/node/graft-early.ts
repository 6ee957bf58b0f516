/**
 * gossipsub grafts a peer as soon as its subscription arrives, while its mesh is small. But the subscription often arrives before our own
 * stream to the peer is open (streams are opened one after another), and then the graft waits for the next heartbeat, up to
 * a second. This asks again when the stream is open, and gossipsub decides by the same rule.
 *
 * The names are not public: the version is pinned, and a contract test fails when they move.
 */
import type { PeerId } from '@libp2p/interface'
import type { GossipSub } from './gossip.ts'

interface Internals {
  topics: Map<string, { has(peer: string): boolean }>
  createOutboundStream(peer: PeerId, connection: unknown): Promise<void>
  /** Adds the peer to the mesh if there is room and its score allows it; true when it did. Sends nothing. */
  graftOnSubscribe(peer: string, topic: string): boolean
  sendGraft(peer: string, topics: string[]): void
}

/** Call before gossipsub is started. Throws where gossipsub is not the pinned one. */
export function graftEarly(pubsub: GossipSub, topic: string): void {
  const internals = pubsub as unknown as Internals
  for (const name of ['createOutboundStream', 'graftOnSubscribe', 'sendGraft'] as const)
    if (typeof internals[name] !== 'function')
      throw new Error(`gossipsub has no ${name}: is its version the pinned one?`)
  const open = internals.createOutboundStream.bind(pubsub)
  internals.createOutboundStream = async (peer, connection) => {
    await open(peer, connection)
    const id = peer.toString()
    if (internals.topics.get(topic)?.has(id) && internals.graftOnSubscribe(id, topic))
      internals.sendGraft(id, [topic])
  }
}
