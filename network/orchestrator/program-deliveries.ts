/**
 * What a frame on a learner's link means for the broadcast that it carries: the first that comes to a node is its receipt, and every other one a
 * duplicate. The process that sees a frame does not know what came to the node over other links.
 */
import type { NetworkEvent } from '../events.ts'
import { programPeer } from '../program-node.ts'

/** Broadcasts that are followed; the oldest is forgotten first. */
const MAX_MESSAGES = 1_000

/** Gives the event, with what follows from it. */
export function createProgramDeliveries(topic: string): (event: NetworkEvent) => NetworkEvent[] {
  const holders = new Map<string, Set<string>>()
  const holdersOf = (message: string): Set<string> => {
    const known = holders.get(message)
    if (known) return known
    const fresh = new Set<string>()
    holders.set(message, fresh)
    if (holders.size > MAX_MESSAGES) holders.delete(holders.keys().next().value!)
    return fresh
  }
  return event => {
    if (event.type === 'published') holdersOf(event.message).add(event.node)
    if (event.type !== 'frame' || event.message === undefined || event.lost) return [event]
    const { at, message, bytes, node: sender, peer } = event
    const node = peer.replace(/^program:/, '')
    const from = programPeer(sender)
    const has = holdersOf(message)
    // That its sender must have it counts for nothing: reports of several processes come out of order, and the sender's own receipt may be on its way.
    if (has.has(node)) return [event, { type: 'duplicate', at, node, message, topic, from }]
    has.add(node)
    return [event, { type: 'received', at, node, message, topic, from, bytes }]
  }
}
