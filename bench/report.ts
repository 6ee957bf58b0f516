import { describeAim, isMet, ratio } from './aims.ts'
import type { Bench, Figure, Measured } from './bench.ts'
import type { Spread } from './spread.ts'

const COLUMNS = ['median', 'min', 'max', 'baseline', 'ratio']
const WIDTH = 10

/** Lines for people: a row for each figure beside its baseline, and below it what it is made of. */
export function report(bench: Bench, measured: readonly Measured[], seconds: number): string {
  const blocks = measured.map(one => ({ one, rows: one.figures.flatMap(rowsOf) }))
  const width = Math.max(...blocks.flatMap(({ rows }) => rows.map(([label]) => label.length)), 10)
  const line = (label: string, cells: readonly string[], rest = '') =>
    `  ${label.padEnd(width)}${cells.map(c => c.padStart(WIDTH)).join('')}  ${rest}`.trimEnd()
  const lines = blocks.flatMap(({ one, rows }) => [
    '',
    one.name,
    ...rows.map(row => line(...row)),
    ...(one.notes ?? []).map(note => `  ${note}`),
  ])
  return [
    `${bench.name}: ${bench.about}`,
    `Baseline: ${bench.baseline}.`,
    '',
    line('', COLUMNS),
    ...lines,
    '',
    `${measured[0]?.figures[0]?.value.runs ?? 0} runs of each, ${Math.round(seconds)} s in all.`,
    '',
  ].join('\n')
}

type Row = [label: string, cells: string[], rest?: string]

function rowsOf(figure: Figure): Row[] {
  const { name, unit, value, baseline, aims = [], parts = [] } = figure
  const times = ratio(figure)
  const compared = baseline === undefined ? [] : [number(baseline.median), times?.toFixed(2) ?? '']
  const judged = aims.map(
    aim => `aim ${describeAim(aim)}: ${isMet(figure, aim) ? 'met' : 'not met here, now'}`,
  )
  return [
    [unit === '' ? name : `${name}, ${unit}`, [...spreadCells(value), ...compared], judged.join('; ')],
    ...parts.map((part): Row => [`  ${part.name}`, spreadCells(part.value)]),
  ]
}

const spreadCells = ({ median, min, max }: Spread) => [median, min, max].map(number)

/** Three digits, or all that stand before the point. */
const number = (n: number): string =>
  n.toFixed(Number.isInteger(n) || Math.abs(n) >= 100 ? 0 : Math.abs(n) >= 10 ? 1 : 2)
