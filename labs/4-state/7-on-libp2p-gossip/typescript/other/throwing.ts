// The rules throw their verdicts, as gossipsub's own validators may; announcements are told when gossipsub delivers them.
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import {
  gossipsub,
  TopicValidatorResult,
  type GossipSub,
  type Message,
  type SignedMessage,
} from '@libp2p/gossipsub'
import { createTopicScoreParams } from '@libp2p/gossipsub/score'
import { identify } from '@libp2p/identify'
import type { PeerInfo } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { emit } from 'p2plab'

class Refusal extends Error {
  readonly code: string
  readonly verdict: 'ignore' | 'reject'
  constructor(verdict: 'ignore' | 'reject') {
    super(verdict)
    this.verdict = verdict
    this.code = `ERR_TOPIC_VALIDATOR_${verdict.toUpperCase()}`
  }
}

const demand = (condition: boolean, otherwise: 'ignore' | 'reject') => {
  if (!condition) throw new Refusal(otherwise)
}

let member: { pubsub: GossipSub; topic: string } | undefined

export async function join(options: {
  address: string
  serviceTag: string
  port: number
  intervalMs: number
  topic: string
  heartbeatMs: number
  driftMs: number
}): Promise<{ address: string }> {
  const { topic, driftMs } = options
  const scored = createTopicScoreParams({
    topicWeight: 1,
    timeInMeshWeight: 0,
    firstMessageDeliveriesWeight: 0,
    meshMessageDeliveriesWeight: 0,
    meshFailurePenaltyWeight: 0,
    invalidMessageDeliveriesWeight: -1,
    invalidMessageDeliveriesDecay: 0.99,
  })
  const discovery = mdns({
    serviceTag: options.serviceTag,
    port: options.port,
    interval: options.intervalMs,
  })
  let reach: (found: PeerInfo) => void = () => {}
  const node = await createLibp2p({
    start: false,
    addresses: { listen: [options.address] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    peerDiscovery: [
      components => {
        const announcements = discovery(components)
        announcements.addEventListener('peer', ({ detail }) => reach(detail))
        return announcements
      },
    ],
    services: {
      identify: identify(),
      gossip: gossipsub({
        heartbeatInterval: options.heartbeatMs,
        // P6 does not count at all here.
        scoreParams: { IPColocationFactorWeight: 0, topics: { [topic]: scored } },
      }),
    },
  })
  // Each answer counts, so there is nothing to forget.
  reach = ({ id, multiaddrs }) => {
    if (node.getConnections(id).length > 0) return
    const addresses = multiaddrs.map(one => one.encapsulate(`/p2p/${id}`))
    node.dial(addresses).catch(() => console.log(`${id} is not there`))
  }
  const pubsub = node.services.gossip
  const last: Record<string, number> = Object.create(null)
  pubsub.topicValidators.set(topic, async (_, message) => {
    const signed = message as SignedMessage
    const told = { origin: String(signed.from), sequenceNumber: `${signed.sequenceNumber}` }
    try {
      check(signed, driftMs, last)
    } catch (error) {
      emit('judged', { ...told, verdict: (error as Refusal).verdict })
      throw error
    }
    emit('judged', { ...told, verdict: 'accept' })
    return TopicValidatorResult.Accept
  })
  pubsub.addEventListener('message', ({ detail }) => {
    if (detail.topic === topic) tell(detail)
  })
  await node.start()
  pubsub.subscribe(topic)
  member = { pubsub, topic }
  return { address: String(node.getMultiaddrs()[0]) }
}

function check({ from, data }: SignedMessage, driftMs: number, last: Record<string, number>): void {
  demand(data.byteLength < 1025, 'reject')
  const { height, hash, time } = fields(data)
  for (const whole of [height, time]) demand(Number.isSafeInteger(whole) && (whole as number) > -1, 'reject')
  demand(typeof hash === 'string' && hash.length === 64 && !/[^0-9a-f]/.test(hash), 'reject')
  const now = Date.now()
  demand((time as number) <= now + driftMs && now - driftMs <= (time as number), 'ignore')
  const key = from.toString()
  demand(last[key] === undefined || (height as number) > last[key], 'ignore')
  last[key] = height as number
}

function fields(data: Uint8Array): { height?: unknown; hash?: unknown; time?: unknown } {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(data))
  } catch {
    throw new Refusal('reject')
  }
  demand(value !== null, 'reject')
  return value as object
}

function tell(message: Message): void {
  if (message.type === 'unsigned') return
  const { height, hash } = fields(message.data)
  emit('announcement', { origin: String(message.from), height, hash })
}

export async function announce({ height, hash }: { height: number; hash: string }): Promise<void> {
  if (!member) throw new Error('join first')
  const { pubsub, topic } = member
  await pubsub.publish(topic, new TextEncoder().encode(JSON.stringify({ time: Date.now(), hash, height })))
}
