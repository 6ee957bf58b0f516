/** The name of a recording's file. Pure. */
import { stamp } from '../dated-name.ts'

const SUFFIX = '.p2ptrace'

/** "p2p-2026-01-31-1205.p2ptrace", in local time: a name that sorts, on every system. */
export const recordingName = (at: Date): string => `p2p-${stamp(at)}${SUFFIX}`

/** A recording is opened by its suffix. */
export const withSuffix = (file: string): string =>
  file.toLowerCase().endsWith(SUFFIX) ? file : `${file}${SUFFIX}`
