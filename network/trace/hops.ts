/**
 * The way of messages, in an order in which causes come before effects. Reports of different processes may come in any order: a receipt
 * whose sender has not got the message yet waits for it.
 */
import type { NetworkEvent } from '../events.ts'

/** Messages that are followed at a time; the oldest is forgotten first. */
const MAX_MESSAGES = 1_000

export interface Hop {
  message: string
  node: string
  at: number
  /** Our name for the node it came from; undefined for the publisher, and for a receipt from somebody who is not ours. */
  from?: string
  /** When that node published or got it. */
  sentAt?: number
}

interface Followed {
  /** When each node published or got it. */
  has: Map<string, number>
  waiting: { node: string; at: number; from: string }[]
}

export interface Hops {
  /** The hops that are known because of this event, causes first. */
  add(event: NetworkEvent): Hop[]
}

export function createHops(): Hops {
  const names = new Map<string, string>()
  const messages = new Map<string, Followed>()
  const of = (message: string): Followed => {
    const known = messages.get(message)
    if (known) return known
    const fresh: Followed = { has: new Map(), waiting: [] }
    messages.set(message, fresh)
    if (messages.size > MAX_MESSAGES) messages.delete(messages.keys().next().value!)
    return fresh
  }
  return {
    add(event) {
      if (event.type === 'node-listening') names.set(event.peerId, event.node)
      if (event.type === 'recorded-network')
        for (const [peer, node] of Object.entries(event.state.names)) names.set(peer, node)
      if (event.type === 'recorded-message') {
        const { has } = of(event.message)
        const { publisher, at, deliveries } = event.state
        if (publisher !== undefined) has.set(publisher, at)
        for (const [node, delivery] of Object.entries(deliveries)) has.set(node, delivery.at)
      }
      if (event.type !== 'published' && event.type !== 'received') return []
      const { message, node, at } = event
      const followed = of(message)
      if (followed.has.has(node)) return []
      const from = event.type === 'received' ? names.get(event.from) : undefined
      if (from !== undefined && !followed.has.has(from)) {
        followed.waiting.push({ node, at, from })
        return []
      }
      const found: Hop[] = []
      const settle = (hop: { node: string; at: number; from?: string }) => {
        if (followed.has.has(hop.node)) return
        const sentAt = hop.from === undefined ? undefined : followed.has.get(hop.from)
        found.push({ message, ...hop, ...(sentAt === undefined ? {} : { sentAt }) })
        followed.has.set(hop.node, hop.at)
        const next = followed.waiting.filter(w => w.from === hop.node)
        followed.waiting = followed.waiting.filter(w => w.from !== hop.node)
        next.forEach(settle)
      }
      settle({ node, at, ...(from === undefined ? {} : { from }) })
      return found
    },
  }
}
