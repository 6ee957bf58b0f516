/** What came out of many runs of one program. */
import type { ExerciseResult } from '../../labs/check/protocol.ts'

export interface Tally {
  name: string
  runs: number
  passed: number
  inconclusive: number
  /** Verdicts fail and error. */
  failed: ExerciseResult[]
  /** How often each check could not tell, and why: "slow-reader: this system takes …". */
  reasons: Map<string, number>
}

export const newTally = (name: string): Tally => ({
  name,
  runs: 0,
  passed: 0,
  inconclusive: 0,
  failed: [],
  reasons: new Map(),
})

export function count(tally: Tally, result: ExerciseResult): void {
  tally.runs++
  if (result.verdict === 'pass') tally.passed++
  else if (result.verdict === 'inconclusive') tally.inconclusive++
  else tally.failed.push(result)
  for (const { id, verdict, message } of result.checks) {
    if (verdict !== 'inconclusive') continue
    const reason = `${id}: ${why(message ?? '')}`
    tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1)
  }
}

/** The message of an inconclusive check says what was done, then why that proves nothing; numbers differ from run to run. */
const why = (message: string) =>
  message
    .split('\n')
    .slice(0, 2)
    .join(' ')
    .replaceAll(/\d[\d,.]*/g, 'n')

/** A row for each program, and the reasons below it; then the sums. */
export function shownTallies(tallies: readonly Tally[]): string {
  const width = Math.max(...tallies.map(({ name }) => name.length))
  const row = (name: string, numbers: readonly number[]) =>
    `${name.padEnd(width)}${numbers.map(n => String(n).padStart(14)).join('')}`
  const head = `${''.padEnd(width)}${['runs', 'passed', 'inconclusive', 'failed'].map(h => h.padStart(14)).join('')}`
  const of = (t: Tally) => [t.runs, t.passed, t.inconclusive, t.failed.length]
  const lines = tallies.flatMap(tally => [
    row(tally.name, of(tally)),
    ...[...tally.reasons].map(([reason, times]) => `    ${times} × ${reason}`),
  ])
  const sums = [0, 1, 2, 3].map(i => tallies.reduce((sum, tally) => sum + of(tally)[i]!, 0))
  return [head, ...lines, row('all', sums)].join('\n')
}
