/**
 * How much slower than it was a broadcast is shown. A hop on one machine takes about a millisecond: nobody sees that.
 */

/** Long enough to follow the hops, short enough to wait for. Milliseconds on the screen. */
const SHOWN_MS = 3_000
const FACTORS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]

/** The slow-down for a broadcast that took `durationMs`: a round number, 1 when it was slow enough by itself. */
export const slowdown = (durationMs: number): number =>
  FACTORS.findLast(factor => factor * durationMs <= SHOWN_MS) ?? 1

export const slowdownText = (factor: number): string =>
  factor === 1 ? 'real time' : `${factor.toLocaleString('en')}× slower than real time`
