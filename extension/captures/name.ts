/** The name of a packet capture's file. Pure. */
import { stamp } from '../dated-name.ts'

/** "p2plab-2.2-2026-01-31-1205.pcapng", in local time: a name that sorts, on every system. */
export const captureName = (exercise: string, at: Date): string => `p2plab-${exercise}-${stamp(at)}.pcapng`
