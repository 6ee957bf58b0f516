/** The name of a recording's file. Pure. */

const SUFFIX = '.p2ptrace'

/** "p2p-2026-01-31-1205.p2ptrace", in local time: a name that sorts, on every system. */
export function recordingName(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `p2p-${day}-${two(at.getHours())}${two(at.getMinutes())}${SUFFIX}`
}

/** The name, or the first of name-2, name-3 and so on that is not there. */
export function freeName(name: string, there: ReadonlySet<string>): string {
  // Names that differ in case only are one file on many systems.
  const taken = new Set([...there].map(other => other.toLowerCase()))
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name.slice(0, -SUFFIX.length)}-${n}${SUFFIX}`
  return free
}

/** A recording is opened by its suffix. */
export const withSuffix = (path: string): string =>
  path.toLowerCase().endsWith(SUFFIX) ? path : `${path}${SUFFIX}`
