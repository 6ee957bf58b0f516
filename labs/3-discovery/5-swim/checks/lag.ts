/** How late the program and the checker may have been: what a time-out of the program's is worth on this machine. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { happens, TooBusy } from '../../../check/kit/patience.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Program } from '../../../check/engine/program.ts'

const EVERY_MS = 5

export interface Lag {
  /** The longest time that a sign of life took since the last `restart`, in ms. A timer of the program's may have been that late. */
  longest(): number
  /** The time that every second sign of life took at least: the machine as it mostly is. */
  typical(): number
  restart(): void
}

/** Looks until the check is over. */
export function watchLag(t: CheckContext, program: Program): Lag {
  let times: number[] = []
  let asked: number | undefined
  let over = false
  t.onEnd(() => void (over = true))
  const took = () => (asked === undefined ? 0 : performance.now() - asked - EVERY_MS)
  const look = async () => {
    while (!over) {
      asked = performance.now()
      await program.signOfLife()
      // It includes the pause, so that a checker that is late counts, too.
      await pause(EVERY_MS)
      times.push(took())
    }
  }
  // A program that has ended, or hangs: what waits for it says so.
  look().catch(() => {})
  return {
    longest: () => Math.max(0, took(), ...times),
    typical: () => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? took(),
    restart() {
      times = []
      // What is under way began before.
      asked = undefined
    },
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
