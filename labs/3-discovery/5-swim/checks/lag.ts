/** How late the program and the checker may have been: what a time-out of the program's is worth on this machine. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { happens, TooBusy } from '../../../check/kit/patience.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Program } from '../../../check/engine/program.ts'

const EVERY_MS = 5

export interface Lag {
  /** The longest time that a sign of life took since the last `restart`, in ms. A timer of the program's may have been that late. */
  longest(): number
  restart(): void
}

/** Looks until the check is over. */
export function watchLag(t: CheckContext, program: Program): Lag {
  let longest = 0
  let asked: number | undefined
  let over = false
  t.onEnd(() => void (over = true))
  const look = async () => {
    while (!over) {
      // It includes the pause, so that a checker that is late counts, too.
      asked = performance.now()
      await program.signOfLife()
      await pause(EVERY_MS)
      longest = Math.max(longest, performance.now() - asked - EVERY_MS)
    }
  }
  // A program that has ended, or hangs: what waits for it says so.
  look().catch(() => {})
  return {
    longest: () => Math.max(longest, asked === undefined ? 0 : performance.now() - asked - EVERY_MS),
    restart: () => void (longest = 0),
  }
}

/** Waits for what is due by a timer of the program's. `late` must fail the check: it does not come although nothing was late. */
export async function due<T>(
  { signOfLife }: Pick<Program, 'signOfLife'>,
  lag: Lag,
  coming: Promise<T>,
  { ms, bearsMs, late }: { ms: number; bearsMs: number; late: () => never },
): Promise<T> {
  if (await happens(coming, { ms, signOfLife })) return coming
  if (lag.longest() > bearsMs) throw new TooBusy()
  return late()
}
