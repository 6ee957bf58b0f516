/**
 * gossipsub forgets a peer when its connection is gone. But what was under way for the peer then goes on, and leaves something behind: a stream that was
 * being opened is kept, although it is closed, and no other is opened when the peer is back; a GRAFT that was read before is obeyed. So two nodes
 * disagree about their mesh for ever.
 *
 * The names are not public: the version is pinned, and a contract test fails when they move.
 */
import type { PeerId } from '@libp2p/interface'
import type { GossipSub, RPC } from './gossip.ts'

interface Internals {
  peers: Map<string, unknown>
  streamsOutbound: Map<string, { rawStream: { status: string }; close(): Promise<void> }>
  createOutboundStream(peer: PeerId, connection: unknown): Promise<void>
  handleReceivedRpc(from: PeerId, rpc: RPC): Promise<void>
}

/** Call before gossipsub is started. Throws where gossipsub is not the pinned one. */
export function forgetGonePeers(pubsub: GossipSub): void {
  const internals = pubsub as unknown as Internals
  const { peers, streamsOutbound } = internals
  for (const name of ['createOutboundStream', 'handleReceivedRpc'] as const)
    if (typeof internals[name] !== 'function' || !peers || !streamsOutbound)
      throw new Error(`gossipsub has no ${name}: is its version the pinned one?`)

  const dropDeadStream = (id: string) => {
    const stream = streamsOutbound.get(id)
    if (!stream || (stream.rawStream.status === 'open' && peers.has(id))) return
    streamsOutbound.delete(id)
    void stream.close().catch(() => undefined)
  }
  const open = internals.createOutboundStream.bind(pubsub)
  internals.createOutboundStream = async (peer, connection) => {
    const id = peer.toString()
    dropDeadStream(id)
    await open(peer, connection)
    dropDeadStream(id)
  }
  const handle = internals.handleReceivedRpc.bind(pubsub)
  internals.handleReceivedRpc = async (from, rpc) => {
    if (peers.has(from.toString())) await handle(from, rpc)
  }
}
