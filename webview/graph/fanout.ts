/**
 * To whom nodes published outside of their mesh. The state does not say it: it is read from the log, where `published` has
 * the recipients, and `mesh` says who was in the mesh then.
 */
import { nameOf, type NetworkState } from '../../network/state.ts'
import type { EventLog } from '../time/log.ts'

/** How long gossipsub keeps fanout peers after a publish (gossipsub v1.0 spec, fanout_ttl). Milliseconds. */
const FANOUT_TTL_MS = 60_000

export interface FanoutEdge {
  from: string
  to: string
}

/** The fanout edges at a position of the log, whose time is `at` and whose state is `then`. */
export function createFanout(
  log: EventLog,
): (position: number, at: number, then: NetworkState) => readonly FanoutEdge[] {
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
  return (position, at, then) => {
    catchUp()
    const lately = published.filter(p => p.position < position && at - p.at < FANOUT_TTL_MS)
    if (lately.length === 0) return (none = none.length === 0 ? none : [])
    // Of each node only the latest publish counts.
    const latest = new Map(lately.map(p => [p.from, p]))
    return [...latest.values()].flatMap(({ from, to }) =>
      to.filter(peer => isFanout(then, from, peer)).map(peer => ({ from, to: nameOf(log.state, peer) })),
    )
  }
}

/** gossipsub lets go of a fanout peer that is not connected any more, and of one that it has in its mesh. */
function isFanout({ nodes, names }: NetworkState, from: string, peer: string): boolean {
  const node = nodes[from]
  const other = names[peer] === undefined ? undefined : nodes[names[peer]]
  return (
    node?.phase === 'listening' &&
    node.connections[peer] !== undefined &&
    !node.mesh.includes(peer) &&
    (other === undefined || other.phase === 'listening')
  )
}
