import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EXERCISES, exercise, type ExerciseEntry } from '../labs/catalogue.ts'
import type { ExerciseResult } from '../labs/check/protocol.ts'
import { trackOf } from '../labs/workspace/track.ts'
import { checkFile, folderWith, removeFolders, shown, source, workspaceOf } from '../test/kit/labs.ts'
import { bareNodeMs } from './bare-node.ts'
import type { Bench, BenchOptions, Measured } from './bench.ts'
import { spread } from './spread.ts'

/** Exercises of which a learner runs hundreds of checks must feel immediate; no other may make one wait. */
const aimOf = (id: string) => (['1.1', '1.2', '1.3'].includes(id) ? 700 : 4000)

export const check: Bench = {
  name: 'check',
  about:
    'From writing the learner’s file (the solution) to the verdict, through the check process as a continuous run in ' +
    'VS Code does it. Without VS Code: the time from its save to the start of the run is not in it.',
  baseline: 'a bare Node, started and ended',
  takes: '[1.1 1.2 …]',
  runs: 10,
  async run(options) {
    const unknown = options.only.find(id => !exercise(id))
    if (unknown !== undefined) throw new Error(`There is no exercise "${unknown}".`)
    const entries = EXERCISES.filter(({ id }) => options.only.length === 0 || options.only.includes(id))
    try {
      const measured: Measured[] = []
      for (const entry of entries) measured.push(await measure(entry, options))
      return measured
    } finally {
      await removeFolders()
    }
  },
}

async function measure(entry: ExerciseEntry, { runs, signal, progress }: BenchOptions): Promise<Measured> {
  const { id, title, checks } = entry
  const { file } = trackOf(entry, 'typescript')
  const workspace = await workspaceOf('solution.ts')
  const text = await source(id, 'solution.ts')
  const save = (run: number) => writeFile(path.join(workspace, file), `${text}// Save ${run}.\n`)
  const samples: number[] = []
  const baseline: number[] = []
  const results: ExerciseResult[] = []
  for (let run = 1; run <= runs; run++) {
    signal.throwIfAborted()
    progress(`${id} ${title}: run ${run} of ${runs}`)
    baseline.push(await bareNodeMs())
    // In VS Code every check is captured.
    const captureIn = entry.libp2p ? undefined : await folderWith()
    const started = performance.now()
    await save(run)
    const result = await checkFile(id, workspace, { captureIn })
    samples.push(performance.now() - started)
    if (result.verdict !== 'pass') throw new Error(`The solution must pass.\n${shown(result)}`)
    results.push(result)
  }
  const times = checks.map(({ id: name }, i) => ({
    name,
    value: spread(results.map(result => result.checks[i]!.ms)),
  }))
  const around = results.map(
    ({ checks: done }, run) => samples[run]! - done.reduce((sum, { ms }) => sum + ms, 0),
  )
  return {
    name: `${id} ${title}`,
    figures: [
      {
        name: 'save to verdict',
        unit: 'ms',
        value: spread(samples),
        baseline: spread(baseline),
        aims: [{ of: 'median', atMost: aimOf(id) }],
        parts: [...times, { name: '(around them)', value: spread(around) }],
      },
    ],
  }
}
