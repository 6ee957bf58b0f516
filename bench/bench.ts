/** What a bench is. Each has a file of its own and a line in main.ts. */
import type { Spread } from './spread.ts'

export interface Bench {
  /** As in `npm run bench -- NAME`. */
  name: string
  /** A sentence: what is measured, from where to where, and what is not in it. */
  about: string
  /** Rejects with one sentence when something could not be measured: a bench that shows other numbers instead would lie. */
  run(options: BenchOptions): Promise<Measured[]>
}

export interface BenchOptions {
  /** How often each is measured, at least 1. */
  runs: number
  /** What was given behind the bench's name. */
  only: readonly string[]
  progress(text: string): void
}

export interface Measured {
  name: string
  /** In milliseconds. */
  ms: Spread
  /** The same minutes' baseline, in milliseconds: the ratio of the medians says more than either. */
  baseline: { name: string; ms: Spread }
  /** What the median is meant to stay under, in milliseconds, on an idle machine. */
  aimMs?: number
  /** What it is made of, in milliseconds. */
  parts?: { name: string; ms: Spread }[]
}
