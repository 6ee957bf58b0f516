/** What a state is, and what merging states must give: the two rules of the text. */

export interface Count {
  replica: string
  plus: number
  minus: number
}
export interface Entry {
  key: string
  /** Null: the key is removed. */
  value: string | null
  time: number
  replica: string
}
export interface State {
  counts: Count[]
  entries: Entry[]
}

/** A state that grows by merging others into it. */
export interface Model {
  merge(...states: readonly Partial<State>[]): void
  /** All of it, in the order of replicas and keys. */
  whole(): State
  /** What `read` must give, in the order of keys. */
  read(): { counter: number; entries: { key: string; value: string }[] }
}

export function createModel(...states: readonly Partial<State>[]): Model {
  const counts = new Map<string, Count>()
  const entries = new Map<string, Entry>()
  const model: Model = {
    merge(...more) {
      for (const state of more) {
        for (const { replica, plus, minus } of state.counts ?? []) {
          const mine = counts.get(replica)
          counts.set(replica, {
            replica,
            plus: Math.max(plus, mine?.plus ?? 0),
            minus: Math.max(minus, mine?.minus ?? 0),
          })
        }
        for (const { key, value, time, replica } of state.entries ?? []) {
          const mine = entries.get(key)
          if (!mine || time > mine.time || (time === mine.time && replica > mine.replica))
            entries.set(key, { key, value, time, replica })
        }
      }
    },
    whole: () => sorted({ counts: [...counts.values()], entries: [...entries.values()] }),
    read() {
      let counter = 0
      for (const { plus, minus } of counts.values()) counter += plus - minus
      const present = [...entries.values()].flatMap(({ key, value }) =>
        value === null ? [] : [{ key, value }],
      )
      return { counter, entries: present.sort(byKey) }
    },
  }
  model.merge(...states)
  return model
}

/** By code units, as everywhere in this exercise. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
export const byKey = (a: { key: string }, b: { key: string }): number => compare(a.key, b.key)

/** The same state in one order and with no other fields, so that equal states are equal as JSON. A count of nothing says nothing. */
export const sorted = ({ counts, entries }: State): State => ({
  counts: counts
    .filter(({ plus, minus }) => plus > 0 || minus > 0)
    .map(({ replica, plus, minus }) => ({ replica, plus, minus }))
    .sort((a, b) => compare(a.replica, b.replica)),
  entries: entries
    .map(({ key, value, time, replica }) => ({ key, value, time, replica }))
    .sort((a, b) => byKey(a, b) || a.time - b.time),
})

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
