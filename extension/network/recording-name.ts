/** The name of a recording's file. Pure. */
import path from 'node:path'

const SUFFIX = '.p2ptrace'

/** "p2p-2026-01-31-1205.p2ptrace", in local time: a name that sorts, on every system. */
export const recordingName = (at: Date): string => `p2p-${stamp(at)}${SUFFIX}`

/** "2026-01-31-1205", in local time. */
export function stamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}-${two(at.getHours())}${two(at.getMinutes())}`
}

/** The name, or the first of name-2, name-3 and so on that is not there. */
export function freeName(name: string, there: ReadonlySet<string>): string {
  // Names that differ in case only are one file on many systems.
  const taken = new Set([...there].map(other => other.toLowerCase()))
  const { name: base, ext } = path.parse(name)
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${base}-${n}${ext}`
  return free
}

/** A recording is opened by its suffix. */
export const withSuffix = (file: string): string =>
  file.toLowerCase().endsWith(SUFFIX) ? file : `${file}${SUFFIX}`
