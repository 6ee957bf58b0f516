import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'

export interface Options {
  benches: readonly Bench[]
  only: readonly string[]
  /** Undefined: each bench's own number. */
  runs: number | undefined
  /** An absolute path. */
  profile: string | undefined
  json: boolean
}

/** The options, or a sentence that says what is wrong with them. `words` are those behind `npm run bench --`. */
export function parse(words: readonly string[], benches: readonly Bench[]): Options | string {
  const usage = [
    'Usage: npm run bench -- [NAME [what of it]] [--runs N] [--profile DIR] [--json], where NAME is one of',
    ...benches.map(({ name, takes, runs }) => `  ${`${name} ${takes}`.padEnd(28)} ${runs} runs`),
  ].join('\n')
  let parsed
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        runs: { type: 'string' },
        profile: { type: 'string' },
      },
    })
  } catch (error) {
    return `${(error as Error).message}\n${usage}`
  }
  const { positionals, values } = parsed
  const [name, ...only] = positionals
  const chosen = benches.filter(bench => name === undefined || bench.name === name)
  if (chosen.length === 0) return `There is no bench "${name}".\n${usage}`
  const runs = values.runs === undefined ? undefined : Number(values.runs)
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
    return `--runs: expected a whole number from 1, got "${values.runs}".\n${usage}`
  if (values.profile === '') return `--profile: expected a folder, got "".\n${usage}`
  const profile = values.profile === undefined ? undefined : path.resolve(values.profile)
  return { benches: chosen, only, runs, profile, json: values.json }
}
