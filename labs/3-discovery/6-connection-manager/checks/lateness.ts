/** How late things are on this machine, while the program has to keep times. */
import { pause } from '../../../check/kit/deadline.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { TooBusy } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'

const EVERY_MS = 5

/** Until it is called: the longest that the program or the checker was late, in ms. */
export function watchLateness(program: Program): () => number {
  let most = 0
  let over = false
  const watch = async () => {
    while (!over) {
      const began = performance.now()
      await program.signOfLife()
      await pause(EVERY_MS)
      most = Math.max(most, performance.now() - began - EVERY_MS)
    }
  }
  watch().catch(() => {})
  return () => {
    over = true
    return most
  }
}

/** Runs an attempt; a failure of it is TooBusy when the machine was later than `ms`. */
export async function unlessLate(program: Program, ms: number, attempt: () => Promise<void>): Promise<void> {
  const lateness = watchLateness(program)
  try {
    await attempt()
  } catch (error) {
    if (error instanceof CheckFailure && lateness() > ms) throw new TooBusy()
    throw error
  } finally {
    lateness()
  }
}
