/** Names of files that are saved now and then: each with its time, and none that is there already. Pure. */
import path from 'node:path'

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
