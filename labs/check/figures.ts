/** Figures of a check as the lines of a table: terminals show them so. */
import type { Figure } from './protocol.ts'

/** No lines where there are no figures. Numbers are aligned to the right. */
export function figureLines(figures: readonly Figure[] = []): string[] {
  if (figures.length === 0) return []
  const rows = [
    ['Figure', 'Yours', 'Reference'],
    ...figures.map(({ name, value, reference }) => [name, value, reference ?? '-']),
  ] as [string, string, string][]
  const width = (column: number) => Math.max(...rows.map(row => row[column]!.length))
  const [names, values, references] = [width(0), width(1), width(2)]
  return rows.map(
    ([name, value, reference]) =>
      `  ${name.padEnd(names)}  ${value.padStart(values)}  ${reference.padStart(references)}`,
  )
}
