import { parseArgs } from 'node:util'
import { EXERCISES, exercise } from '../../labs/catalogue.ts'
import { MAX_SEED } from '../../labs/check/protocol.ts'
import { aFewAtATime } from '../../test/kit/lanes.ts'
import { cannotRun, programsOf, runProgram, type Program } from '../../test/kit/programs.ts'
import { removeFolders } from '../../test/kit/labs.ts'
import { freshBuild } from '../fresh-build.ts'
import { judge, type Row } from './judge.ts'
import { writePrograms } from './write.ts'
import { summary, table } from './table.ts'

/** Most wrong programs are caught by waiting: three at once keep two cores busy and disturb no check. */
const AT_ONCE = 3

process.exitCode = await main()

async function main(): Promise<number> {
  const options = parse()
  if (typeof options === 'string') {
    console.error(options)
    return 2
  }
  if (options.write === undefined) freshBuild()
  const programs = (await Promise.all(options.ids.map(id => programsOf(id)))).flat()
  if (options.write !== undefined) return writePrograms(options.write, programs)
  const rows: Row[] = []
  const { seed } = options
  const results = aFewAtATime(programs, { least: AT_ONCE, most: AT_ONCE }, program =>
    row(program, seed === undefined ? {} : { seed }),
  )
  for (const result of results.values()) {
    rows.push(await result)
    if (process.stderr.isTTY) process.stderr.write(`\r${rows.length} of ${programs.length} programs`)
  }
  if (process.stderr.isTTY) process.stderr.write('\n')
  await removeFolders()

  const sums = summary(rows)
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ summary: sums, programs: rows })}\n`)
  } else {
    process.stdout.write(
      `${table(rows)}\n` +
        `[check]: the one that is named for the mistake. ${sums.caught} of ${sums.wrong} wrong programs are caught by it; ` +
        `${sums.asTheyShould} starters, solutions and other correct programs do as they should; ` +
        `${sums.skipped} skipped, ${sums.problems} problems.\n`,
    )
  }
  return sums.problems > 0 ? 1 : 0
}

async function row(program: Program, options: { seed?: number }): Promise<Row> {
  const reason = cannotRun(program)
  if (reason === undefined) return judge(program, await runProgram(program, options))
  const { exercise, kind, language, name } = program
  return {
    exercise,
    kind,
    language,
    name,
    failed: [],
    notWritten: [],
    verdicts: {},
    seed: 0,
    ms: 0,
    problem: reason,
    skipped: true,
  }
}

/** The options, or a sentence that says what is wrong with them. */
function parse(): { ids: string[]; json: boolean; seed?: number; write?: string } | string {
  const usage = `Usage: npm run matrix -- [exercises such as 1.3] [--seed 0…${MAX_SEED}] [--json] | --write DIR`
  let parsed
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        seed: { type: 'string' },
        write: { type: 'string' },
      },
    })
  } catch (error) {
    return `${(error as Error).message}\n${usage}`
  }
  const { positionals, values } = parsed
  const unknown = positionals.find(id => !exercise(id))
  if (unknown !== undefined) return `There is no exercise "${unknown}". ${usage}`
  const seed = values.seed === undefined ? undefined : Number(values.seed)
  if (seed !== undefined && !(Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED)) {
    return `expected a seed from 0 to ${MAX_SEED}, got ${values.seed}. ${usage}`
  }
  const ids = positionals.length > 0 ? positionals : EXERCISES.map(({ id }) => id)
  const { json, write } = values
  return { ids, json, ...(seed !== undefined && { seed }), ...(write !== undefined && { write }) }
}
