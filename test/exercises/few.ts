/**
 * Which wrong programs a run of everything judges. There are more than a thousand, and many fail for the same sentence of a check: a run of all exercises
 * takes the naive ones and, of each check, two at least. `--grep` takes all that it names, as CI's jobs of each lab do.
 */
import { withoutGrep } from './grep.ts'

const OF_EACH_CHECK = 2

interface Wrong {
  caught?: { check: string; naive: boolean }
}

/** Those of one exercise, in their order. */
export function fewOf<T extends Wrong>(programs: readonly T[], few = withoutGrep): T[] {
  if (!few) return [...programs]
  const taken = new Map<string, number>()
  const take = (program: T): boolean => {
    const { check, naive } = program.caught!
    const count = taken.get(check) ?? 0
    if (!naive && count >= OF_EACH_CHECK) return false
    taken.set(check, count + 1)
    return true
  }
  const naiveFirst = programs.toSorted((a, b) => Number(b.caught!.naive) - Number(a.caught!.naive))
  const chosen = new Set(naiveFirst.filter(take))
  return programs.filter(program => chosen.has(program))
}
