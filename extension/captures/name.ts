/** The name of a packet capture's file. Pure. */
import { stamp } from '../dated-name.ts'

/** "p2plab-2.2-verack-2026-01-31-1205.pcapng", in local time: a name that sorts, on every system. Without `check` it is of all checks. */
export const captureName = (exercise: string, check: string | undefined, at: Date): string =>
  ['p2plab', exercise, ...(check === undefined ? [] : [check]), stamp(at)].join('-') + '.pcapng'
