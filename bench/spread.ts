export interface Spread {
  runs: number
  median: number
  min: number
  max: number
}

/** Of at least one number; rounded to hundredths. Throws when there is none, or one is not finite. */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new Error('nothing was measured')
  if (!samples.every(Number.isFinite)) throw new Error(`expected numbers, and measured ${samples.join(', ')}`)
  return {
    runs: sorted.length,
    median: hundredths((low + high) / 2),
    min: hundredths(sorted[0]!),
    max: hundredths(sorted.at(-1)!),
  }
}

const hundredths = (n: number) => Math.round(n * 100) / 100
