/** How late things are on this machine, while the program has to keep times. */
import { pause } from '../../../check/kit/deadline.ts'
import { CheckFailure } from '../../../check/kit/finding.ts'
import { TooBusy } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'

const EVERY_MS = 5

export interface Lateness {
  /**
   * The longest that the program or the checker was late between two moments of performance.now(), in ms, as far as it is known after `stop`. Left
   * out: from the beginning to the end.
   */
  most(from?: number, to?: number): number
  /** Resolves when the last turn is over. */
  stop(): Promise<void>
}

export function watchLateness(program: Program): Lateness {
  const turns: { from: number; to: number; late: number }[] = []
  let over = false
  const watch = async () => {
    while (!over) {
      const from = performance.now()
      await program.signOfLife()
      await pause(EVERY_MS)
      const to = performance.now()
      turns.push({ from, to, late: to - from - EVERY_MS })
    }
  }
  const watching = watch().catch(() => {})
  return {
    most: (from = 0, to = Infinity) =>
      Math.max(0, ...turns.filter(turn => turn.to >= from && turn.from <= to).map(({ late }) => late)),
    stop() {
      over = true
      return watching
    },
  }
}

/** Runs an attempt; a failure of it is TooBusy when the machine was later than `ms`. */
export async function unlessLate(program: Program, ms: number, attempt: () => Promise<void>): Promise<void> {
  const lateness = watchLateness(program)
  try {
    await attempt()
  } catch (error) {
    await lateness.stop()
    if (error instanceof CheckFailure && lateness.most() > ms) throw new TooBusy()
    throw error
  } finally {
    await lateness.stop()
  }
}
