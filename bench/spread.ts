export interface Spread {
  runs: number
  median: number
  min: number
  max: number
}

/** Of at least one number; rounded to tenths. Throws when there is none. */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new Error('nothing was measured')
  return {
    runs: sorted.length,
    median: tenths((low + high) / 2),
    min: tenths(sorted[0]!),
    max: tenths(sorted.at(-1)!),
  }
}

const tenths = (n: number) => Math.round(n * 10) / 10
