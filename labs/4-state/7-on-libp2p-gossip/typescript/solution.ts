import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub, TopicValidatorResult } from '@libp2p/gossipsub'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import { identify } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { createLibp2p, type Libp2p } from 'libp2p'
import { emit } from 'p2plab'

interface JoinOptions {
  address: string
  serviceTag: string
  /** The UDP port of the multicast group. */
  port: number
  /** Between two questions. */
  intervalMs: number
  topic: string
  /** Between two rounds in which gossipsub repairs its mesh. */
  heartbeatMs: number
  /** How far the time of an announcement may be from this clock. */
  driftMs: number
}

interface Announcement {
  height: number
  hash: string
  time: number
}

const MOST_BYTES = 1024

let publish: (data: Uint8Array) => Promise<unknown>

/** Starts a node that finds the others, subscribes to the topic, and judges all that comes there. */
export async function join(options: JoinOptions): Promise<{ address: string }> {
  const { address, serviceTag, port, intervalMs, topic, heartbeatMs, driftMs } = options
  const node = await createLibp2p({
    start: false,
    addresses: { listen: [address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerDiscovery: [mdns({ serviceTag, port, interval: intervalMs })],
    services: {
      identify: identify(),
      pubsub: gossipsub({
        heartbeatInterval: heartbeatMs,
        scoreParams: {
          // All nodes of this network share one address.
          IPColocationFactorWhitelist: new Set(['127.0.0.1']),
          topics: { [topic]: onlyInvalidMessages() },
        },
      }),
    },
  })
  const { pubsub } = node.services
  const judge = createJudge(driftMs)

  // Before the node subscribes: without a validator, gossipsub passes on everything.
  pubsub.topicValidators.set(topic, (_peer, message) => {
    // gossipsub has refused all others, and has verified the signature of this one.
    if (message.type !== 'signed') return TopicValidatorResult.Reject
    const origin = message.from.toString()
    const { verdict, announcement } = judge(origin, message.data)
    emit('judged', { origin, sequenceNumber: String(message.sequenceNumber), verdict })
    if (announcement) emit('announcement', { origin, height: announcement.height, hash: announcement.hash })
    return verdict
  })
  publish = data => pubsub.publish(topic, data)

  dialWhatItFinds(node)
  await node.start()
  pubsub.subscribe(topic)
  return { address: node.getMultiaddrs()[0]!.toString() }
}

export async function announce({ height, hash }: { height: number; hash: string }): Promise<void> {
  const announcement: Announcement = { height, hash, time: Date.now() }
  await publish(Buffer.from(JSON.stringify(announcement)))
}

/** The rules of the network, and what they remember: the last height that was accepted from each origin. */
function createJudge(driftMs: number) {
  const heights = new Map<string, number>()
  return (
    origin: string,
    data: Uint8Array,
  ): { verdict: TopicValidatorResult; announcement?: Announcement } => {
    // Wrong for everyone: whoever passed it on has not looked.
    const announcement = parse(data)
    if (!announcement) return { verdict: TopicValidatorResult.Reject }
    // Wrong for this node, here and now: its peers may see it otherwise, in good faith.
    const { height, time } = announcement
    if (Math.abs(time - Date.now()) > driftMs) return { verdict: TopicValidatorResult.Ignore }
    if (height <= (heights.get(origin) ?? -1)) return { verdict: TopicValidatorResult.Ignore }
    heights.set(origin, height)
    return { verdict: TopicValidatorResult.Accept, announcement }
  }
}

/** The announcement in these bytes; undefined if there is none. Never throws: gossipsub would ignore the message. */
function parse(data: Uint8Array): Announcement | undefined {
  if (data.length > MOST_BYTES) return undefined
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { height, hash, time } = value as Record<string, unknown>
  if (!isWhole(height) || !isWhole(time)) return undefined
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined
  return { height, hash, time }
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** A peer's score for the topic is P4 alone: minus the square of the number of its rejected messages. */
const onlyInvalidMessages = () =>
  createTopicScoreParams({
    topicWeight: 1,
    timeInMeshWeight: 0,
    firstMessageDeliveriesWeight: 0,
    meshMessageDeliveriesWeight: 0,
    meshFailurePenaltyWeight: 0,
    invalidMessageDeliveriesWeight: -1,
    invalidMessageDeliveriesDecay: 0.99,
  })

/** As in 3.8: dials by ID each node that is discovered, and forgets those that are gone, so that their next answer is a discovery again. */
function dialWhatItFinds(node: Libp2p): void {
  node.addEventListener('peer:discovery', ({ detail: { id } }) => {
    node.dial(id).catch(() => node.peerStore.delete(id).catch(() => {}))
  })
  node.addEventListener('peer:disconnect', ({ detail }) => {
    node.peerStore.delete(detail).catch(() => {})
  })
}
