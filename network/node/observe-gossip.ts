/**
 * What gossipsub does, as events: subscriptions, grafts and prunes, the mesh, and the way of each message.
 *
 * gossipsub's own events do not tell everything: an inbound graft is reported even when it is refused, a lost connection
 * gives no prune, and duplicates are not reported at all. So the mesh is always read from gossipsub's `mesh` map,
 * and duplicates and rejections are taken from the calls to its peer score. These names are not public:
 * this is the one module that uses them, the version is pinned, and a contract test fails when they move.
 */
import type { NetworkEvent } from '../events.ts'
import { now } from '../clock.ts'
import type { GossipSub } from './gossip.ts'

interface Internals {
  mesh: Map<string, Set<string>>
  publishedMessageIds: { put(id: string): void }
  streamsOutbound: Map<string, { rawStream: { status: string } }>
  addToMesh(peer: string, topic: string, reason: string): void
  sendGraft(peer: string, topics: string[]): void
  score: {
    score(peer: string): number
    duplicateMessage(from: string, id: string, topic: string): void
    rejectMessage(from: string, id: string, topic: string, reason: string): void
  }
}

export interface GossipObserver {
  /** The mesh may have changed for a reason gossipsub does not report, such as a lost connection. */
  meshMayHaveChanged(): void
  /** gossipsub's stream to the peer went with the connection that it was on, and it has not noticed. */
  isCutOff(peer: string): boolean
  /**
   * Adds a subscribed peer to the mesh and tells it, as a heartbeat would. Nothing happens when it is in the mesh or unknown, or cannot be told
   * yet: gossipsub drops what it sends to a peer without a stream, and the peer would be in a mesh of which it knows nothing.
   */
  graft(peer: string): void
  /** Publishes and reports; the message id. One at a time: that is how the id is known to be this message's. */
  publish(data: Uint8Array): Promise<string>
}

/** Call before gossipsub is started. */
export function observeGossip(
  pubsub: GossipSub,
  node: string,
  topic: string,
  emit: (event: NetworkEvent) => void,
): GossipObserver {
  const internals = pubsub as unknown as Internals
  let lastMesh = ''
  let scheduled = false

  const readMesh = () => {
    scheduled = false
    const peers = [...(internals.mesh.get(topic) ?? [])].sort()
    const text = peers.join()
    if (text === lastMesh) return
    lastMesh = text
    emit({ type: 'mesh', at: now(), node, topic, peers })
  }
  // After the handler that is running: gossipsub reports a graft before or after it changes the map.
  const meshMayHaveChanged = () => {
    if (scheduled) return
    scheduled = true
    setImmediate(readMesh)
  }

  const lastScores = new Map<string, number>()
  const readScores = () => {
    const changed: { peer: string; score: number }[] = []
    for (const id of pubsub.getPeers()) {
      const peer = id.toString()
      const score = Math.round(internals.score.score(peer) * 10) / 10
      if (score === (lastScores.get(peer) ?? 0)) continue
      lastScores.set(peer, score)
      changed.push({ peer, score })
    }
    if (changed.length > 0) emit({ type: 'scores', at: now(), node, scores: changed })
  }

  pubsub.addEventListener('subscription-change', ({ detail }) => {
    for (const change of detail.subscriptions) {
      const type = change.subscribe ? 'subscribed' : 'unsubscribed'
      emit({ type, at: now(), node, peer: detail.peerId.toString(), topic: change.topic })
    }
    meshMayHaveChanged()
  })
  pubsub.addEventListener('gossipsub:graft', ({ detail }) => {
    const { peerId: peer, topic, direction } = detail
    emit({ type: 'grafted', at: now(), node, peer, topic, direction })
    meshMayHaveChanged()
  })
  pubsub.addEventListener('gossipsub:prune', ({ detail }) => {
    const { peerId: peer, topic, direction } = detail
    emit({ type: 'pruned', at: now(), node, peer, topic, direction })
    meshMayHaveChanged()
  })
  pubsub.addEventListener('gossipsub:heartbeat', () => {
    meshMayHaveChanged()
    readScores()
  })
  pubsub.addEventListener('gossipsub:message', ({ detail: { msgId, msg, propagationSource } }) => {
    const origin = msg.type === 'signed' ? { origin: msg.from.toString() } : {}
    const from = propagationSource.toString()
    emit({
      type: 'received',
      at: now(),
      node,
      message: msgId,
      topic: msg.topic,
      from,
      ...origin,
      bytes: msg.data.length,
    })
  })

  const { score, publishedMessageIds } = internals
  before(score, 'duplicateMessage', (from, message, topic) => {
    emit({ type: 'duplicate', at: now(), node, message, topic, from })
  })
  before(score, 'rejectMessage', (from, message, topic, reason) => {
    emit({ type: 'rejected', at: now(), node, message, topic, from, reason })
  })
  let published = { message: '', at: 0 }
  before(publishedMessageIds, 'put', message => {
    published = { message, at: now() }
  })

  let queue: Promise<unknown> = Promise.resolve()
  const publish = async (data: Uint8Array): Promise<string> => {
    const { recipients } = await pubsub.publish(topic, data)
    const { message, at } = published
    const text = readable(data)
    emit({
      type: 'published',
      at,
      node,
      message,
      topic,
      bytes: data.length,
      recipients: recipients.map(String),
      ...(text === undefined ? {} : { text }),
    })
    return message
  }
  return {
    meshMayHaveChanged,
    isCutOff(peer) {
      const stream = internals.streamsOutbound.get(peer)
      return stream !== undefined && stream.rawStream.status !== 'open'
    },
    graft(peer) {
      const mesh = internals.mesh.get(topic)
      const subscribed = pubsub.getSubscribers(topic).some(id => id.toString() === peer)
      const stream = internals.streamsOutbound.get(peer)
      if (!mesh || mesh.has(peer) || !subscribed || stream?.rawStream.status !== 'open') return
      internals.addToMesh(peer, topic, 'subscribed')
      internals.sendGraft(peer, [topic])
      meshMayHaveChanged()
    },
    publish: data => {
      const result = queue.then(() => publish(data))
      queue = result.catch(() => undefined)
      return result
    },
  }
}

/** Calls `hook` with the arguments before each call of the method. */
function before<T, K extends keyof T>(
  target: T,
  method: K,
  hook: (...args: T[K] extends (...args: infer A) => unknown ? A : never) => void,
): void {
  const original = target[method] as (...args: unknown[]) => unknown
  if (typeof original !== 'function')
    throw new Error(`gossipsub has no ${String(method)}: is its version the pinned one?`)
  target[method] = ((...args: unknown[]) => {
    hook(...(args as never))
    return original.apply(target, args)
  }) as T[K]
}

/** The most characters of a message that are shown. */
const SHOWN = 200

/** The payload as text when it is text: valid UTF-8 without control characters other than white space. */
export function readable(data: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data)
    return /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text) ? undefined : text.slice(0, SHOWN)
  } catch {
    return undefined
  }
}
