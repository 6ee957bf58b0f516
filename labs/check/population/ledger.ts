/** Who of a played network was asked for what, and when: what a check judges a program's requests by. */
import { elapsed } from '../engine/suspension.ts'

export interface Asked<K extends string> {
  /** In milliseconds of the checker's time (engine/suspension.ts). */
  at: number
  member: string
  kind: K
  /** Undefined as long as it has not been answered. */
  answeredAt?: number
}

export interface Ledger<K extends string> {
  /** In the order in which they came. */
  readonly entries: readonly Asked<K>[]
  /** Notes a request of the program's. Call `answered` of what it returns when the answer has left. */
  asked(member: string, kind: K): { answered(): void }
  /** How many requests, of one member or all, of one kind or all. */
  count(which?: { member?: string; kind?: K }): number
  /** Members that were asked at least once, in the order of the first time. */
  members(kind?: K): string[]
  /**
   * The most requests that waited for an answer at the same time. One that nobody answers waits for `patienceMs`: the program gives it up after its
   * own time-out, which the checker does not see, so this is less than that by more than a busy machine is late.
   */
  mostInFlight(patienceMs: number): number
}

export function createLedger<K extends string>(now: () => number = elapsed): Ledger<K> {
  const entries: Asked<K>[] = []
  const fit = ({ member, kind }: { member?: string; kind?: K }) =>
    entries.filter(
      one => (member === undefined || one.member === member) && (kind === undefined || one.kind === kind),
    )
  return {
    entries,
    asked(member, kind) {
      const entry: Asked<K> = { at: now(), member, kind }
      entries.push(entry)
      return { answered: () => void (entry.answeredAt ??= now()) }
    },
    count: (which = {}) => fit(which).length,
    members: kind => [...new Set(fit(kind === undefined ? {} : { kind }).map(({ member }) => member))],
    mostInFlight(patienceMs) {
      const over = ({ at, answeredAt }: Asked<K>) => Math.min(answeredAt ?? Infinity, at + patienceMs)
      // Most wait at the moment of some request; one that is answered at that moment does not wait any more.
      return Math.max(
        0,
        ...entries.map((one, i) => entries.slice(0, i + 1).filter(other => over(other) > one.at).length),
      )
    },
  }
}
