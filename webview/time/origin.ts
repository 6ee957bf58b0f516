/** The zero of every clock in the view. */
import type { EventLog } from './log.ts'

/**
 * When the network started, milliseconds since the epoch. It does not move when the log lets go of its beginning, and is the same in a
 * view that opens late. Where the start is not known, as before the first event, it is the first moment of the log.
 */
export const clockZero = (log: EventLog): number => log.state.startedAt || log.timeAt(log.first)
