/**
 * gossipsub of the checker's peer. It takes part as every node does, tells what others send to it, and sends what it is given, whoever has signed it.
 *
 * The names used here (`mesh`, `topics`, `score`, `handleReceivedRpc`, `sendRpc`) are not public: the version is pinned, and a contract test
 * fails when they move.
 */
import { publicKeyFromProtobuf, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { localGossipsub, RPC, validate, type GossipSub } from './gossip.ts'
import { privateKeyOf } from './private-key.ts'
import type { Verdict } from './validator.ts'

export interface PeerGossipOptions {
  topic: string
  /** Milliseconds from one round of mesh maintenance to the next. */
  heartbeatMs: number
  /** What it thinks of a message that `from` has sent to it. Rejected ones cost `from` its score: minus their number squared (P4). */
  judge(message: { data: Uint8Array; from: string }): Verdict
}

/** A message as it goes over the wire, with its origin's signature. */
export interface SignedMessage {
  origin: string
  /** Decimal digits: with the origin, it is the message's ID. */
  sequenceNumber: string
  data: Uint8Array
  signature: Uint8Array
  /** All of it, in protobuf. */
  raw: Uint8Array
}

/** What another node, `from`, has sent. */
export type GossipEvent =
  | { type: 'subscribed' | 'unsubscribed' | 'grafted' | 'pruned'; from: string }
  | { type: 'message'; from: string; message: SignedMessage }

export interface PeerGossip {
  /** A service for libp2p. */
  service: ReturnType<typeof localGossipsub>
  subscribe(): void
  onEvent(listener: (event: GossipEvent) => void): void
  /** Sends these to a peer, at once. False when it has no stream to the peer. */
  send(to: string, ...messages: readonly SignedMessage[]): boolean
  /** Whether the peer has subscribed, and is in the mesh of this one, which then has told it so. */
  hasInMesh(peer: string): boolean
  /** 0, or less for a peer that has sent what `judge` rejects. */
  scoreOf(peer: string): number
}

interface Internals {
  mesh: Map<string, Set<string>>
  topics: Map<string, Set<string>>
  score: { score(peer: string): number; scoreCache: Map<string, unknown> }
  handleReceivedRpc(from: PeerId, rpc: RPC): Promise<void>
  sendRpc(to: string, rpc: RPC): boolean
}

export function peerGossip({ topic, heartbeatMs, judge }: PeerGossipOptions): PeerGossip {
  let pubsub: GossipSub
  let internals: Internals
  const listeners: ((event: GossipEvent) => void)[] = []
  const tell = (event: GossipEvent) => {
    for (const listener of listeners) listener(event)
  }
  const hears = (from: string, { subscriptions, messages, control }: RPC) => {
    for (const change of subscriptions)
      if (change.topic === topic) tell({ type: change.subscribe ? 'subscribed' : 'unsubscribed', from })
    for (const message of messages)
      if (message.topic === topic) tell({ type: 'message', from, message: read(message) })
    if (control?.graft.some(({ topicID }) => topicID === topic)) tell({ type: 'grafted', from })
    if (control?.prune.some(({ topicID }) => topicID === topic)) tell({ type: 'pruned', from })
  }
  return {
    service(components) {
      pubsub = localGossipsub(topic, { heartbeatMs })(components)
      internals = pubsub as unknown as Internals
      const handle = internals.handleReceivedRpc.bind(pubsub)
      internals.handleReceivedRpc = async (from, rpc) => {
        const handled = handle(from, rpc)
        hears(from.toString(), rpc)
        await handled
      }
      validate(pubsub, topic, { judge })
      return pubsub
    },
    subscribe: () => pubsub.subscribe(topic),
    onEvent: listener => void listeners.push(listener),
    send: (to, ...messages) =>
      internals.sendRpc(to, {
        subscriptions: [],
        messages: messages.map(({ raw }) => RPC.Message.decode(raw)),
      }),
    hasInMesh: peer =>
      internals.topics.get(topic)?.has(peer) === true && internals.mesh.get(topic)?.has(peer) === true,
    scoreOf(peer) {
      // It would be that of the last heartbeat.
      internals.score.scoreCache.clear()
      return internals.score.score(peer)
    },
  }
}

const SIGNED = Buffer.from('libp2p-pubsub:')

/**
 * https://github.com/libp2p/specs/blob/master/pubsub/README.md#message-signing
 * `seed`: 32 bytes that decide the origin's identity. `sequenceNumber`: from 0 to 2^64 - 1.
 */
export async function signMessage(
  seed: Uint8Array,
  { topic, data, sequenceNumber }: { topic: string; data: Uint8Array; sequenceNumber: bigint },
): Promise<SignedMessage> {
  const privateKey = privateKeyOf(seed)
  const { publicKey } = privateKey
  const seqno = Buffer.alloc(8)
  seqno.writeBigUInt64BE(sequenceNumber)
  const content = { from: publicKey.toMultihash().bytes, data, seqno, topic }
  const signature = await privateKey.sign(Buffer.concat([SIGNED, RPC.Message.encode(content)]))
  return read({ ...content, signature, key: publicKeyToProtobuf(publicKey) })
}

function read(message: RPC.Message): SignedMessage {
  const { from = new Uint8Array(), seqno = new Uint8Array(), data = new Uint8Array() } = message
  return {
    origin: originOf(from),
    sequenceNumber: String(BigInt(`0x0${Buffer.from(seqno).toString('hex')}`)),
    data,
    signature: message.signature ?? new Uint8Array(),
    raw: RPC.Message.encode(message),
  }
}

/** An Ed25519 key is in the peer ID itself, behind the two bytes of an identity multihash. Anything else, and nothing, is no origin of the lab's. */
function originOf(from: Uint8Array): string {
  try {
    return publicKeyFromProtobuf(from.subarray(2)).toString()
  } catch {
    return `0x${Buffer.from(from).toString('hex')}`
  }
}
