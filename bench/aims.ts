import type { Aim, Figure } from './bench.ts'

/** The medians' ratio to the baseline, to hundredths; undefined without a baseline, or with one that is 0. */
export const ratio = ({ value, baseline }: Pick<Figure, 'value' | 'baseline'>): number | undefined =>
  baseline === undefined || baseline.median === 0
    ? undefined
    : Math.round((value.median / baseline.median) * 100) / 100

/** Whether a figure keeps to one of its aims. A ratio that there is none of does not. */
export function isMet(figure: Figure, { of, atMost = Infinity, atLeast = -Infinity }: Aim): boolean {
  const { median, min, max } = figure.value
  if (of === 'worst') return max <= atMost && min >= atLeast
  const judged = of === 'ratio' ? (ratio(figure) ?? NaN) : median
  return judged <= atMost && judged >= atLeast
}

/** As in "at most 0.7 × the baseline". */
export function describeAim({ of, atMost, atLeast }: Aim): string {
  const limits = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ].join(' and ')
  return `${limits}${of === 'ratio' ? ' × the baseline' : of === 'worst' ? ' in every run' : ''}`
}
