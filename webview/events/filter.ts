/** Which events of the log are listed: by kind, by the node they are about, and by message. */
import type { NetworkEvent, NetworkEventType } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'
import type { EventLog } from '../time/log.ts'

/** The kinds of events by what they are about, in the order in which a network goes through them. */
export const GROUPS: Record<string, readonly NetworkEventType[]> = {
  Network: [
    'network-started',
    'network-ready',
    'metrics-listening',
    'shared',
    'joined',
    'network-stopping',
    'network-stopped',
    'notice',
    'note',
    'recording-started',
    'recording-stopped',
  ],
  Nodes: [
    'node-starting',
    'node-degree',
    'node-listening',
    'node-stopping',
    'node-stopped',
    'node-killed',
    'node-crashed',
  ],
  Discovery: ['discovered', 'dialling', 'dial-failed'],
  Connections: ['connected', 'identified', 'disconnected'],
  Mesh: ['subscribed', 'unsubscribed', 'grafted', 'pruned', 'mesh'],
  Messages: ['published', 'received', 'duplicate', 'rejected'],
  Program: ['frame', 'reported'],
  Faults: [
    'node-paused',
    'node-resumed',
    'partitioned',
    'healed',
    'link-fault',
    'link-acted',
    'link-fault-cleared',
    'churn-started',
    'churn-stopped',
    'scores',
  ],
  Scenario: ['scenario-step'],
}

export interface Filter {
  /** A group of GROUPS, or one kind of events; empty for all. */
  kind: string
  /** Events that happened at this node, or that are about it; empty for all. */
  node: string
  /** Id of a message; empty for all. */
  message: string
}

export const ALL: Filter = { kind: '', node: '', message: '' }

export function passes(filter: Filter, event: NetworkEvent, names: NetworkState['names']): boolean {
  if (filter.kind !== '' && event.type !== filter.kind && !GROUPS[filter.kind]?.includes(event.type))
    return false
  if (filter.message !== '' && !('message' in event && event.message === filter.message)) return false
  if (filter.node === '') return true
  if ('node' in event && event.node === filter.node) return true
  if ('a' in event && (event.a === filter.node || event.b === filter.node)) return true
  if (event.type === 'partitioned') return event.groups.some(g => g.nodes.includes(filter.node))
  const isIt = (peer: string | undefined) => peer !== undefined && names[peer] === filter.node
  return ('peer' in event && isIt(event.peer)) || ('from' in event && isIt(event.from))
}

/**
 * The positions of the events that pass, in the order of their times: reports of two processes come into the log a little later than what
 * happened after them. Each event is looked at once, and again when the filter changes.
 */
export function createMatches(log: EventLog): (filter: Filter) => readonly number[] {
  let generation = -1
  let last: Filter | undefined
  let upTo = 0
  let found: number[] = []
  let keptFrom = 0
  const insert = (position: number) => {
    const { at } = log.event(position)!
    let before = found.length
    while (before > 0 && (log.event(found[before - 1]!)?.at ?? -Infinity) > at) before--
    if (before === found.length) found.push(position)
    else found.splice(before, 0, position)
  }
  return filter => {
    if (generation !== log.generation || filter !== last) {
      generation = log.generation
      last = filter
      upTo = log.first
      found = []
    }
    const { names } = log.state
    if (log.first > keptFrom) found = found.filter(position => position >= log.first)
    keptFrom = log.first
    for (upTo = Math.max(upTo, log.first); upTo < log.last; upTo++)
      if (passes(filter, log.event(upTo)!, names)) insert(upTo)
    return found
  }
}
