/**
 * To whom nodes published outside of their mesh. The state does not say it: it is read from the log, where `published` has
 * the recipients, and `mesh` says who was in the mesh then.
 */
import { nameOf } from '../../network/state.ts'
import type { EventLog } from '../time/log.ts'

/** How long gossipsub keeps fanout peers after a publish (gossipsub v1.0 spec, fanout_ttl). Milliseconds. */
const FANOUT_TTL_MS = 60_000

export interface FanoutEdge {
  from: string
  to: string
}

/** The fanout edges at a position of the log, whose time is `at`. */
export function createFanout(log: EventLog): (position: number, at: number) => readonly FanoutEdge[] {
  let generation = -1
  let upTo = 0
  let meshes = new Map<string, ReadonlySet<string>>()
  let published: { position: number; at: number; from: string; to: readonly string[] }[] = []
  let none: readonly FanoutEdge[] = []

  const catchUp = () => {
    if (generation !== log.generation) {
      generation = log.generation
      upTo = log.first
      published = []
      meshes = new Map(
        Object.values(log.stateAt(log.first).nodes).map(n => [n.name, new Set(n.mesh)] as const),
      )
    }
    for (upTo = Math.max(upTo, log.first); upTo < log.last; upTo++) {
      const event = log.event(upTo)!
      if (event.type === 'mesh') meshes.set(event.node, new Set(event.peers))
      if (event.type !== 'published') continue
      const to = event.recipients.filter(peer => !meshes.get(event.node)?.has(peer))
      if (to.length > 0) published.push({ position: upTo, at: event.at, from: event.node, to })
    }
    if (published.length > 0 && published[0]!.position < log.first)
      published = published.filter(p => p.position >= log.first)
  }
  return (position, at) => {
    catchUp()
    const lately = published.filter(p => p.position < position && at - p.at < FANOUT_TTL_MS)
    if (lately.length === 0) return (none = none.length === 0 ? none : [])
    // Of each node only the latest publish counts.
    const latest = new Map(lately.map(p => [p.from, p]))
    return [...latest.values()].flatMap(p =>
      p.to.map(peer => ({ from: p.from, to: nameOf(log.state, peer) })),
    )
  }
}
