import { availableParallelism } from 'node:os'
import { freshBuild } from '../scripts/fresh-build.ts'
import { describeAim, isMet, ratio } from './aims.ts'
import type { Bench, Measured } from './bench.ts'
import { activation } from './activation.ts'
import { check } from './check.ts'
import { network } from './network.ts'
import { parse } from './options.ts'
import { view } from './view.ts'
import { watching } from './watching.ts'
import { report } from './report.ts'

const BENCHES: readonly Bench[] = [check, network, watching, view, activation]
const INTERRUPTED = 130

process.exitCode = await main()

async function main(): Promise<number> {
  const options = parse(process.argv.slice(2), BENCHES)
  if (typeof options === 'string') {
    console.error(options)
    return 2
  }
  freshBuild()
  const signal = interruption()
  const all: object[] = []
  for (const bench of options.benches) {
    const started = performance.now()
    try {
      const { only, profile, runs = bench.runs } = options
      const measured = await bench.run({ only, profile, runs, signal, progress })
      clearProgress()
      const seconds = (performance.now() - started) / 1_000
      if (!options.json) process.stdout.write(`${report(bench, measured, seconds)}\n`)
      all.push(asJson(bench, measured, seconds))
    } catch (error) {
      clearProgress()
      if (signal.aborted) {
        console.error(`${bench.name}: interrupted; what it started has ended.`)
        return INTERRUPTED
      }
      console.error(`${bench.name}: ${(error as Error).message}`)
      return 1
    }
  }
  const { platform, arch, version: node } = process
  const machine = { platform, arch, node, cores: availableParallelism() }
  if (options.json) process.stdout.write(`${JSON.stringify({ ...machine, benches: all })}\n`)
  return 0
}

function asJson(bench: Bench, measured: readonly Measured[], seconds: number): object {
  const { name, about, baseline } = bench
  const figures = (one: Measured) =>
    one.figures.map(figure => ({
      ...figure,
      ratio: ratio(figure),
      aims: figure.aims?.map(aim => ({ ...aim, text: describeAim(aim), met: isMet(figure, aim) })),
    }))
  const rounded = Math.round(seconds * 10) / 10
  const rows = measured.map(one => ({ ...one, figures: figures(one) }))
  return { bench: name, about, baseline, seconds: rounded, measured: rows }
}

/** The first Ctrl-C lets the bench end what it started; the second ends it at once, and its children by themselves. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    controller.abort(new Error('interrupted'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  return controller.signal
}

/** On standard error: one line that changes on a terminal, otherwise a line each. */
function progress(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
}
function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}
