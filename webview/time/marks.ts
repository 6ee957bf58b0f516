/** The moments of a network that are worth going to: what was broadcast, killed, split and healed, and the user's own notes. */
import type { NetworkEvent } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'
import { eventText } from '../events/words.ts'
import type { TimeCursor } from './cursor.ts'
import type { EventLog } from './log.ts'

export type MarkKind = 'broadcast' | 'kill' | 'split' | 'heal' | 'note'

export interface Mark {
  kind: MarkKind
  /** Milliseconds since the epoch. */
  at: number
  /** Where the network is as the mark says: just after its event. */
  position: number
  /** The position of its event. That of a note is later than the moment that it is about. */
  event: number
}

/** What makes an event a mark; a spammer's messages are none, or they would hide all others. */
function kindOf(event: NetworkEvent, { nodes }: NetworkState): MarkKind | undefined {
  switch (event.type) {
    case 'published':
      return nodes[event.node]?.hostile === undefined ? 'broadcast' : undefined
    case 'node-killed':
    case 'node-crashed':
      return 'kill'
    case 'partitioned':
      return 'split'
    case 'healed':
      return 'heal'
    case 'note':
      return 'note'
    default:
      return undefined
  }
}

/** The marks of the log, in the order of their times. Each event is looked at once. */
export function createMarks(log: EventLog): () => readonly Mark[] {
  let generation = -1
  let upTo = 0
  let keptFrom = 0
  let found: Mark[] = []
  const add = (position: number) => {
    const event = log.event(position)!
    const kind = kindOf(event, log.state)
    if (kind === undefined) return
    const at = event.type === 'note' ? event.moment : event.at
    const mark = {
      kind,
      at,
      position: event.type === 'note' ? log.positionAt(at) : position + 1,
      event: position,
    }
    let before = found.length
    while (before > 0 && found[before - 1]!.at > at) before--
    found.splice(before, 0, mark)
  }
  return () => {
    if (generation !== log.generation) {
      generation = log.generation
      upTo = log.first
      found = []
    }
    if (log.first > keptFrom) found = found.filter(mark => mark.event >= log.first)
    keptFrom = log.first
    for (upTo = Math.max(upTo, log.first); upTo < log.last; upTo++) add(upTo)
    const since = log.timeAt(log.first)
    return found.filter(mark => mark.at >= since)
  }
}

/** The next mark after where the cursor is, or the one before; undefined where there is none. */
export function markFrom(marks: readonly Mark[], cursor: TimeCursor, direction: 1 | -1): Mark | undefined {
  const side = (mark: Mark) =>
    mark.kind === 'note' ? Math.sign(mark.at - cursor.at) : Math.sign(mark.position - cursor.position)
  return direction > 0 ? marks.find(mark => side(mark) > 0) : marks.findLast(mark => side(mark) < 0)
}

/** Goes to a mark. */
export function goTo(cursor: TimeCursor, mark: Mark): void {
  cursor.pause()
  if (mark.kind === 'note') cursor.seek(mark.at)
  else cursor.seekPosition(mark.position)
}

/** What a mark says: "n1 published message 3 to 4 peers". */
export function markText(log: EventLog, mark: Mark): string {
  const event = log.event(mark.event)
  if (!event) return mark.kind
  return event.type === 'note' ? `Note: ${event.text}` : eventText(event, log.state)
}
