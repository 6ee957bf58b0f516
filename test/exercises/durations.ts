/**
 * How long the runs of the exercises' programs took, so that the longest begin first. Only an order depends on it. `npm test -- exercises` with
 * P2PLAB_RECORD_DURATIONS=1 writes it anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const FILE = path.join(import.meta.dirname, 'durations.json')
/** Seconds. What is shorter is not worth a line. */
const WORTH = 3

const recorded: Readonly<Record<string, number>> = existsSync(FILE)
  ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, number>)
  : {}

/** Longest first; what is not recorded comes last, in the order given. */
export const longestFirst = <T extends { key: string }>(tasks: readonly T[]): T[] =>
  tasks.toSorted((a, b) => (recorded[b.key] ?? 0) - (recorded[a.key] ?? 0))

const measured: Record<string, number> = {}

/** Runs the task and remembers how long it took. */
export async function timed<T>(key: string, run: () => Promise<T>): Promise<T> {
  const begin = performance.now()
  const result = await run()
  measured[key] = Math.round((performance.now() - begin) / 1000)
  return result
}

/** Writes what was measured, where that was asked for. */
export function recordDurations(): void {
  if (process.env['P2PLAB_RECORD_DURATIONS'] === undefined) return
  const long = Object.entries(measured).filter(([, seconds]) => seconds >= WORTH)
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(long.sort()), null, 2)}\n`)
}
