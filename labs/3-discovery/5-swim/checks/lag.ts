/** How late the program and the checker may have been: what a time-out of the program's is worth on this machine. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { watchLateness } from '../../../check/kit/lateness.ts'
import { happens, TooBusy } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'

export interface Lag {
  /** The longest time that a sign of life took since the last `restart`, in ms. A timer of the program's may have been that late. */
  longest(): number
  /** The time that every second sign of life took at least: the machine as it mostly is. */
  typical(): number
  restart(): void
}

/** Looks until the check is over. */
export function watchLag(t: CheckContext, program: Program): Lag {
  const lateness = watchLateness(program.signOfLife)
  t.onEnd(lateness.stop)
  let from = 0
  return {
    longest: () => lateness.most(from),
    typical: () => lateness.typical(from),
    restart: () => void (from = performance.now()),
  }
}

/** Judges what depends on time-outs of the program's: what fails while something was late proves nothing. */
export function unlessBusy<T>(lag: Lag, bearsMs: number, judge: () => T): T {
  try {
    return judge()
  } catch (error) {
    if (error instanceof CheckFailure && lag.longest() > bearsMs) throw new TooBusy()
    throw error
  }
}

/**
 * Waits for what is due by a timer of the program's, many times over. `late` must fail the check: it does not come although the machine mostly was
 * not late.
 */
export async function due<T>(
  { signOfLife }: Pick<Program, 'signOfLife'>,
  lag: Lag,
  coming: Promise<T>,
  { ms, bearsMs, late }: { ms: number; bearsMs: number; late: () => never },
): Promise<T> {
  if (await happens(coming, { ms, signOfLife })) return coming
  if (lag.typical() > bearsMs) throw new TooBusy()
  return late()
}
