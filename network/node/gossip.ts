/**
 * gossipsub with the settings of a network on one machine. The only module that imports it: @chainsafe/libp2p-gossipsub has
 * no release for libp2p 3 yet, the libp2p team publishes the same code as @libp2p/gossipsub until then, and
 * going back is this one line.
 */
import { gossipsub, type GossipSub, type GossipSubComponents } from '@libp2p/gossipsub'

export type { GossipSub } from '@libp2p/gossipsub'

/**
 * Each setting here differs from gossipsub's default because all nodes share the address 127.0.0.1 or because the default
 * hides what a learner should see:
 * - floodPublish off: with it the publisher sends to all its peers and a message hardly ever takes two hops;
 * - IP colocation: from 11 peers on one address scores fall (P6 of the gossipsub v1.1 spec), so ours is exempt;
 * - prune and unsubscribe backoff: 60 s and 10 s make the mesh look broken after a restart;
 * - a peer's own limits on outbound queues stay as they are.
 */
export const localGossipsub = (): ((components: GossipSubComponents) => GossipSub) =>
  gossipsub({
    floodPublish: false,
    allowPublishToZeroTopicPeers: true,
    // hex instead of the default base64, so that the id can be read aloud and put into a file name
    msgIdToStrFn: id => Buffer.from(id).toString('hex'),
    pruneBackoff: 3_000,
    unsubcribeBackoff: 1_000,
    scoreParams: { IPColocationFactorWhitelist: new Set(['127.0.0.1']) },
  })
