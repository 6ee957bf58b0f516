/**
 * Of two nodes that find each other, each may dial the other, and the process of each tells of the connection that it dialed, for both ends. They are
 * connected from the first of them to the end of the last.
 */
import type { NetworkEvent } from '../events.ts'
import { programPeer } from '../program-node.ts'

/** Gives the event, or nothing where it changes nothing. */
export function createProgramConnections(): (event: NetworkEvent) => NetworkEvent[] {
  const open = new Map<string, number>()
  return event => {
    switch (event.type) {
      case 'connected': {
        const key = `${event.node} ${event.peer}`
        const before = open.get(key) ?? 0
        open.set(key, before + 1)
        return before === 0 ? [event] : []
      }
      case 'disconnected': {
        const key = `${event.node} ${event.peer}`
        const left = (open.get(key) ?? 1) - 1
        open.set(key, left)
        return left === 0 ? [event] : []
      }
      case 'node-listening': {
        // Of its life before, some ends may not have been told.
        const peer = programPeer(event.node)
        for (const key of open.keys()) {
          const [node, other] = key.split(' ')
          if (node === event.node || other === peer) open.delete(key)
        }
        return [event]
      }
      default:
        return [event]
    }
  }
}
