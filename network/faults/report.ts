/**
 * What a faulty link did, and what the receiver saw of it. A fault that is not in the reports did not happen: a check that depends on
 * it is then inconclusive, never passed.
 */
import { now } from '../clock.ts'

/** Which way the bytes were going: the client is the side that connects to the link. */
export type Direction = 'to-server' | 'to-client'

export type FaultReport = { at: number; connection: number; direction: Direction } & (
  | { fault: 'split'; bytes: number; pieces: number }
  /** Late by the link's delay; late because segments were lost and sent again; held back by its bandwidth. */
  | { fault: 'delay'; bytes: number; ms: number }
  | { fault: 'loss'; bytes: number; ms: number }
  | { fault: 'paced'; bytes: number; ms: number }
  /** Segments were lost in every try, and both sides were reset. */
  | { fault: 'given-up'; bytes: number; tries: number }
  /** The direction ended after this many bytes had been delivered: with FIN, with RST, or with silence. */
  | { fault: 'cut'; how: 'fin' | 'rst' | 'stall'; afterBytes: number }
  | { fault: 'lost' | 'duplicated' | 'reordered'; datagram: number; bytes: number }
  | { fault: 'spoofed'; bytes: number; source: string }
  /** The receiver's own end of the connection: it is the receiver's socket that said so. */
  | { fault: 'seen'; event: 'fin' | 'rst' | 'closed'; deliveredBytes: number }
)

/** A report without what `createReports` adds. */
export type FaultFacts = FaultReport extends infer R ? (R extends FaultReport ? Omit<R, 'at'> : never) : never

export interface Reports {
  readonly all: readonly FaultReport[]
  add(facts: FaultFacts): void
  of<F extends FaultReport['fault']>(fault: F): Extract<FaultReport, { fault: F }>[]
}

/** How many reports are kept; the oldest go first. */
const MAX_REPORTS = 10_000

export function createReports(onReport: (report: FaultReport) => void = () => undefined): Reports {
  const all: FaultReport[] = []
  return {
    all,
    add(facts) {
      const report = { ...facts, at: now() } as FaultReport
      if (all.push(report) > MAX_REPORTS) all.shift()
      onReport(report)
    },
    of: <F extends FaultReport['fault']>(fault: F) =>
      all.filter((r): r is Extract<FaultReport, { fault: F }> => r.fault === fault),
  }
}
