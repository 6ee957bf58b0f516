import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { freshBuild } from '../scripts/fresh-build.ts'
import type { Bench } from './bench.ts'
import { check } from './check.ts'
import { ratio, report } from './report.ts'

const BENCHES: readonly Bench[] = [check]

process.exitCode = await main()

async function main(): Promise<number> {
  const options = parse()
  if (typeof options === 'string') {
    console.error(options)
    return 2
  }
  freshBuild()
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
  }
  const all: object[] = []
  for (const bench of options.benches) {
    try {
      const measured = await bench.run({ ...options, progress })
      progress('')
      if (!options.json) process.stdout.write(`${report(bench, measured)}\n`)
      const withRatio = measured.map(one => ({ ...one, ratio: ratio(one.ms, one.baseline.ms) }))
      all.push({ bench: bench.name, about: bench.about, measured: withRatio })
    } catch (error) {
      progress('')
      console.error(`${bench.name}: ${(error as Error).message}`)
      return 1
    }
  }
  const { platform, arch, version: node } = process
  const machine = { platform, arch, node, cores: availableParallelism() }
  if (options.json) process.stdout.write(`${JSON.stringify({ ...machine, benches: all })}\n`)
  return 0
}

interface Options {
  benches: readonly Bench[]
  only: readonly string[]
  runs: number
  json: boolean
}

/** The options, or a sentence that says what is wrong with them. */
function parse(): Options | string {
  const names = BENCHES.map(({ name }) => name).join(', ')
  const usage = `Usage: npm run bench -- [${names}] [what of it] [--runs 10] [--json]`
  let parsed
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '10' } },
    })
  } catch (error) {
    return `${(error as Error).message}\n${usage}`
  }
  const { positionals, values } = parsed
  const [name, ...only] = positionals
  const benches = BENCHES.filter(bench => name === undefined || bench.name === name)
  if (benches.length === 0) return `There is no bench "${name}", only ${names}. ${usage}`
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1)
    return `expected a number of runs from 1, got ${values.runs}. ${usage}`
  return { benches, only, runs, json: values.json }
}
