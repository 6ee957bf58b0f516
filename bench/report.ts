import type { Bench, Measured } from './bench.ts'
import type { Spread } from './spread.ts'

/** Lines for people: a row for each, with the ratio to its baseline, and below it what it is made of. */
export function report(bench: Bench, measured: readonly Measured[]): string {
  const names = measured.flatMap(({ name, parts = [] }) => [name, ...parts.map(part => `  ${part.name}`)])
  const width = Math.max(...names.map(name => name.length), 10)
  const row = (name: string, ms: Spread, rest = '') =>
    `${name.padEnd(width)}  ${cells([ms.median, ms.min, ms.max])}  ${rest}`.trimEnd()
  const head = `${''.padEnd(width)}  ${['median', 'min', 'max'].map(h => h.padStart(8)).join('')}  ms`
  const lines = measured.flatMap(({ name, ms, baseline, aimMs, parts = [] }) => {
    const aim =
      aimMs === undefined ? '' : `; aim ${aimMs} ms: ${ms.median <= aimMs ? 'met' : 'not met here, now'}`
    const against = `${ratio(ms, baseline.ms)} × ${baseline.name} (${baseline.ms.median} ms)${aim}`
    return [row(name, ms, against), ...parts.map(part => row(`  ${part.name}`, part.ms))]
  })
  const runs = measured[0]?.ms.runs ?? 0
  return `${bench.name}: ${bench.about}\n${runs} runs of each.\n\n${[head, ...lines].join('\n')}\n`
}

/** The medians' ratio, to tenths. */
export const ratio = (ms: Spread, baseline: Spread): number =>
  Math.round((ms.median / baseline.median) * 10) / 10

const cells = (numbers: readonly number[]) => numbers.map(n => n.toFixed(0).padStart(8)).join('')
