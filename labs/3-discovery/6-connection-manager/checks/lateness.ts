/** What has to be in time, on a machine that may be late. */
import { CheckFailure } from '../../../check/kit/finding.ts'
import { watchLateness } from '../../../check/kit/lateness.ts'
import { TooBusy } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'

/** How often the program is looked at, in ms: its times are some tens of milliseconds. */
export const EVERY_MS = 5

/** Runs an attempt; a failure of it is TooBusy when the machine was later than `ms`. */
export async function unlessLate(program: Program, ms: number, attempt: () => Promise<void>): Promise<void> {
  const lateness = watchLateness(program.signOfLife, EVERY_MS)
  try {
    await attempt()
  } catch (error) {
    if (error instanceof CheckFailure && lateness.most() > ms) throw new TooBusy()
    throw error
  } finally {
    lateness.stop()
  }
}
