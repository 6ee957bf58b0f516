/**
 * gossipsub with the settings of a network on one machine. The only module that imports it: @chainsafe/libp2p-gossipsub has
 * no release for libp2p 3 yet, the libp2p team publishes the same code as @libp2p/gossipsub until then, and
 * going back is this one line.
 */
import { gossipsub, TopicValidatorResult, type GossipSub, type GossipSubComponents } from '@libp2p/gossipsub'
import type { MetricsRegister } from '@libp2p/gossipsub/metrics'
import { RPC } from '@libp2p/gossipsub/message'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import type { Validator } from './validator.ts'

export type { GossipSub } from '@libp2p/gossipsub'
export { RPC }

export interface GossipOptions {
  /** gossipsub's defaults where there are any. */
  production?: boolean
  hostile?: boolean
  /** Where all of this network's nodes on this machine listen. */
  host?: string
  /** What the application adds to a peer's score. */
  opinion?: (peer: string) => number
  /** Where it counts; undefined: it does not. */
  metrics?: MetricsRegister | undefined
  /** Milliseconds from one round of mesh maintenance to the next; left out: gossipsub's second. */
  heartbeatMs?: number
}

/**
 * Each setting here differs from gossipsub's default because all nodes share the address 127.0.0.1 or because the default
 * hides what a learner should see:
 * - floodPublish off: with it the publisher sends to all its peers and a message hardly ever takes two hops;
 * - IP colocation: from 11 peers on one address scores fall (P6 of the gossipsub v1.1 spec), so ours is exempt;
 * - prune and unsubscribe backoff: 60 s and 10 s make the mesh look broken after a restart;
 * - a peer's own limits on outbound queues stay as they are.
 * With production values the defaults stay.
 */
export const localGossipsub = (
  topic: string,
  {
    production = false,
    hostile = false,
    host = '127.0.0.1',
    opinion = () => 0,
    metrics,
    heartbeatMs,
  }: GossipOptions = {},
): ((components: GossipSubComponents) => GossipSub) =>
  gossipsub({
    allowPublishToZeroTopicPeers: true,
    // Who else connects may subscribe to anything: it is not remembered.
    allowedTopics: [topic],
    // hex instead of the default base64, so that the id can be read aloud and put into a file name
    msgIdToStrFn: id => Buffer.from(id).toString('hex'),
    // A hostile node sends to all it is connected to: who has pruned it gets its messages as well.
    floodPublish: production || hostile,
    ...(heartbeatMs !== undefined && { heartbeatInterval: heartbeatMs }),
    ...(metrics && { metricsRegister: metrics, metricsTopicStrToLabel: new Map([[topic, topic]]) }),
    // Tags in the peer store spare the peers in the mesh when there are too many connections: here, there never are.
    tagMeshPeers: production,
    ...(production ? {} : { pruneBackoff: 3_000, unsubcribeBackoff: 1_000 }),
    scoreParams: {
      appSpecificScore: opinion,
      appSpecificWeight: 1,
      ...(production ? {} : { IPColocationFactorWhitelist: new Set(['127.0.0.1', host]) }),
      topics: { [topic]: scoreOfTopic() },
    },
  })

/**
 * What a peer's score says about the topic. gossipsub has no default for a topic it does not know: each application chooses. Here a peer
 * that does nothing wrong has the score 0, and invalid messages cost their number squared (P4 of the
 * gossipsub v1.1 spec): five are -25, at which no gossip is exchanged any more (-10), and nine are -81, at which
 * everything from the peer is ignored (-80). They are forgotten by a tenth every ten seconds or so.
 */
const scoreOfTopic = () =>
  createTopicScoreParams({
    topicWeight: 1,
    timeInMeshWeight: 0,
    firstMessageDeliveriesWeight: 0,
    meshMessageDeliveriesWeight: 0,
    meshFailurePenaltyWeight: 0,
    invalidMessageDeliveriesWeight: -1,
    invalidMessageDeliveriesDecay: 0.99,
  })

const RESULTS = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/** Has every message of the topic judged before it is delivered or passed on. */
export function validate(pubsub: GossipSub, topic: string, { judge }: Pick<Validator, 'judge'>): void {
  pubsub.topicValidators.set(topic, (peer, message) => {
    const origin = message.type === 'signed' ? message.from.toString() : undefined
    return RESULTS[judge({ data: message.data, origin, from: peer.toString() })]
  })
}
