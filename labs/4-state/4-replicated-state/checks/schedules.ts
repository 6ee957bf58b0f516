/** Random histories of three replicas, cut into states that a network may deliver in any order and more than once. */
import type { Random } from '../../../check/kit/random.ts'
import { createModel, type Count, type Entry, type State } from './model.ts'

export interface Schedule {
  /** What becomes of it does not depend on the order. */
  deliveries: Partial<State>[]
}

const WRITES = 3
const KEYS = 2

/**
 * `name` is in all keys and replicas; `from` is the least time of a write; `counts` are those of its replicas so far, which it changes. Several writes have
 * the same time, but never two of one replica.
 */
export function randomSchedule(
  random: Random,
  name: string,
  from: number,
  counts: Map<string, Count>,
): Schedule {
  const changes: Partial<State>[] = []
  for (const letter of ['a', 'b', 'c']) {
    const replica = `${letter}-${name}`
    let time = from
    for (let i = 0; i < WRITES; i++) {
      time += random.int(i === 0 ? 0 : 1, 2)
      const key = `${name}/${random.int(1, KEYS)}`
      const entry: Entry = {
        key,
        value: random.int(1, 4) === 1 ? null : `${letter}${i} ${time}`,
        time,
        replica,
      }
      const old = counts.get(replica) ?? { replica, plus: 0, minus: 0 }
      const amount = random.int(1, 99)
      const count =
        random.int(0, 1) === 0 ? { ...old, plus: old.plus + amount } : { ...old, minus: old.minus + amount }
      counts.set(replica, count)
      changes.push({ entries: [entry] }, { counts: [count] })
    }
  }
  // Some are on their way twice, and some come together, merged by another node.
  const again = changes.filter(() => random.int(1, 3) === 1)
  const together = Array.from({ length: random.int(1, 3) }, () =>
    createModel(...changes.filter(() => random.int(1, 2) === 1)).whole(),
  )
  return { deliveries: random.shuffle([...changes, ...again, ...together]) }
}
