/** `p2plab check ID --times N`: how often a program passes, where that depends on timing or on the seed. */
import { runCheck, type CheckRequest } from '../labs/check/client.ts'
import { worst } from '../labs/check/engine/run.ts'
import { VERDICTS, type ExerciseResult, type Verdict } from '../labs/check/protocol.ts'
import { integer } from './arguments.ts'
import { UsageError, type Arguments, type Option } from './command.ts'
import { resultLines } from './check-output.ts'
import { terminalWidth } from './terminal-width.ts'

const MOST = 1_000

export const timesOption: Readonly<Record<string, Option>> = {
  times: {
    type: 'string',
    value: 'N',
    description: 'Run the checks so many times and say how often each one passes.',
  },
}

/** Undefined when it was not given. Throws a UsageError. */
export function timesOf(values: Arguments['values']): number | undefined {
  const times = integer(values, 'times', 1, MOST)
  if (times === undefined) return undefined
  for (const name of ['pcap', 'report', 'transcript'])
    if (values[name] !== undefined) throw new UsageError(`--${name} is about one run: leave out --times.`)
  return times
}

type Counts = Record<Verdict, number>
const none = (): Counts => ({ pass: 0, fail: 0, inconclusive: 0, error: 0 })

/**
 * Runs the checks one time after another, with the seed that was given or a new one each time. Prints a line for each run, the first
 * failure whole, and a table; with `json` one object. Nothing is noted as progress. The verdict is the worst of all runs.
 */
export async function runTimes(
  request: CheckRequest,
  times: number,
  { dist, signal, json }: { dist: string; signal: AbortSignal; json: boolean },
): Promise<Verdict> {
  const runs: ExerciseResult[] = []
  let shown = false
  for (let i = 1; i <= times && !signal.aborted; i++) {
    const result = await runCheck(request, { dist, signal })
    if (signal.aborted) break
    runs.push(result)
    if (result.problem !== undefined) {
      process.stderr.write(`${result.problem}\n`)
      return 'error'
    }
    if (json) continue
    const bad = result.checks.filter(({ verdict }) => verdict !== 'pass')
    const which = bad.map(({ id, verdict }) => `${id} ${verdict}`).join(', ')
    process.stdout.write(
      `Run ${i} of ${times}: ${result.verdict}${which === '' ? '' : ` (${which})`}, ${(result.ms / 1000).toFixed(1)} s. Seed ${result.seed}.\n`,
    )
    if (bad[0] && !shown) process.stdout.write(resultLines(bad[0], terminalWidth()))
    shown ||= bad.length > 0
  }
  const table = tally(runs)
  const verdicts = none()
  for (const { verdict } of runs) verdicts[verdict]++
  if (json) {
    const { exercise } = request
    const seeds = runs.map(({ seed, verdict }) => ({ seed, verdict }))
    process.stdout.write(
      `${JSON.stringify({ exercise, times: runs.length, ...verdicts, checks: table, runs: seeds })}\n`,
    )
  } else process.stdout.write(lines(request.exercise, runs.length, verdicts, table))
  return worst(runs)
}

type Row = { id: string } & Counts

/** In the order of the exercise. A check that was not run counts nowhere. */
function tally(runs: readonly ExerciseResult[]): Row[] {
  const rows = new Map<string, Row>()
  for (const { id, verdict } of runs.flatMap(({ checks }) => checks)) {
    const row = rows.get(id) ?? { id, ...none() }
    row[verdict]++
    rows.set(id, row)
  }
  return [...rows.values()]
}

function lines(exercise: string, times: number, verdicts: Counts, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ id }) => id.length), 0)
  const said = (counts: Counts) =>
    VERDICTS.filter(verdict => verdict === 'pass' || counts[verdict] > 0)
      .map(verdict => `${verdict} ${counts[verdict]}`)
      .join(', ')
  const each = rows.map(row => `  ${row.id.padEnd(width)}  ${said(row)}\n`).join('')
  return `Exercise ${exercise}, ${times} ${times === 1 ? 'run' : 'runs'}: ${said(verdicts)}.\n${each}`
}
