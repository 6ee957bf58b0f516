/** The test files of a suite, and how long they took, so that the longest begin first. Only an order depends on it. */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../vscode/paths.ts'

/** `npm test` with P2PLAB_RECORD_DURATIONS=1 writes it anew for the suites that run several files at once. */
const FILE = path.join(root, 'test/durations.json')
/** Seconds. What is shorter is not worth a line. */
const WORTH = 10

type Durations = Readonly<Record<string, number>>

const recorded = (): Durations =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Durations) : {}

/** Paths from the project's folder, longest first; what is not recorded comes last, by name. */
export function filesOf(suite: string, durations: Durations = recorded()): string[] {
  return globSync(`test/${suite}/**/*.test.ts`, { cwd: root })
    .map(file => file.replaceAll(path.sep, '/'))
    .toSorted((a, b) => (durations[b] ?? 0) - (durations[a] ?? 0) || a.localeCompare(b, 'en'))
}

/** Writes what was measured, in seconds, over what was recorded of these suites, where that was asked for. */
export function recordFiles(measured: ReadonlyMap<string, number>, suites: readonly string[]): void {
  if (process.env['P2PLAB_RECORD_DURATIONS'] === undefined) return
  const others = Object.entries(recorded()).filter(([file]) => !suites.includes(file.split('/')[1]!))
  const long = [...measured].filter(([, seconds]) => seconds >= WORTH)
  const all = [...others, ...long.map(([file, seconds]) => [file, Math.round(seconds)] as const)]
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(all.sort()), null, 2)}\n`)
}
