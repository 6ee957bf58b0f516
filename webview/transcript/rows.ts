/** A transcript as the page shows it: lanes from left to right, rows from the first transmission to the last. Pure. */
import type { Transmission, WireEvent } from '../../network/events.ts'

export type Role = Extract<WireEvent, { type: 'check-lane' }>['role']
export interface Lane {
  name: string
  role: Role
}

export type Row =
  | { kind: 'transmission'; key: string; at: number; event: Transmission }
  /** So many transmissions were not kept. */
  | { kind: 'left-out'; key: string; transmissions: number }
  /** Nothing happened for so long, in milliseconds. */
  | { kind: 'pause'; key: string; ms: number }

export interface Rows {
  lanes: readonly Lane[]
  rows: readonly Row[]
  transmissions: number
}

/** What takes no longer is no pause, in milliseconds. */
const PAUSE_MS = 100
/** The checker's side on the left, the learner's on the right, and what is between in between. */
const ORDER: Record<Role, number> = { checker: 0, connection: 1, network: 2, program: 3 }

/** `at` of a row is milliseconds since the first transmission. */
export function rowsOf(events: readonly WireEvent[]): Rows {
  const lanes: Lane[] = []
  const rows: Row[] = []
  let started: number | undefined
  let before: number | undefined
  let transmissions = 0
  for (const event of events) {
    const key = String(rows.length)
    switch (event.type) {
      case 'check-lane':
        lanes.push({ name: event.lane, role: event.role })
        break
      case 'check-left-out':
        rows.push({ kind: 'left-out', key, transmissions: event.transmissions })
        // How long nothing happened is not known here.
        before = undefined
        break
      case 'check-transmission': {
        started ??= event.at
        const pause = event.at - (before ?? event.at)
        if (pause > PAUSE_MS) rows.push({ kind: 'pause', key, ms: pause })
        rows.push({ kind: 'transmission', key: String(rows.length), at: event.at - started, event })
        before = Math.max(event.until ?? event.at, event.at)
        transmissions++
      }
    }
  }
  lanes.sort((a, b) => ORDER[a.role] - ORDER[b.role])
  return { lanes, rows, transmissions }
}
