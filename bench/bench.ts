/** What a bench is. Each has a file of its own and a line in main.ts. */
import type { Spread } from './spread.ts'

export interface Bench {
  /** As in `npm run bench -- NAME`. */
  name: string
  /** Sentences: what is measured, from where to where, and what is not in it. */
  about: string
  /** What the figures are compared with, measured in the same minutes. */
  baseline: string
  /** What may stand behind the name, for the usage: "[10 50 …]". */
  takes: string
  /** How often each is measured where --runs does not say. */
  runs: number
  /** Rejects with one sentence when something could not be measured: a bench that shows other numbers instead would lie. */
  run(options: BenchOptions): Promise<Measured[]>
}

export interface BenchOptions {
  /** How often each is measured, at least 1. */
  runs: number
  /** What was given behind the bench's name. */
  only: readonly string[]
  /** A folder for .cpuprofile files; undefined when nobody asked for them. */
  profile: string | undefined
  /** Aborted by Ctrl-C: `run` ends what it started and rejects. */
  signal: AbortSignal
  progress(text: string): void
}

/** What was measured together, such as an exercise, or networks of one size. */
export interface Measured {
  name: string
  figures: Figure[]
  /** Lines of text below the figures. */
  notes?: string[]
}

/** Milliseconds, seconds, 10^6 bytes, frames or others a second, a factor, percent, or a bare number. */
export type Unit = 'ms' | 's' | 'MB' | '/s' | '×' | '%' | ''

export interface Figure {
  name: string
  unit: Unit
  value: Spread
  /** The same minutes' baseline, in the same unit: the ratio of the medians says more than either. */
  baseline?: Spread
  aims?: Aim[]
  /** What it is made of, in the same unit. */
  parts?: { name: string; value: Spread }[]
}

/** What a figure is meant to keep to on an idle machine. */
export interface Aim {
  /** The median, the worst run (the greatest or the least), or the ratio to the baseline. */
  of: 'median' | 'worst' | 'ratio'
  atMost?: number
  atLeast?: number
}
