/**
 * Waiting for a program without letting a clock judge alone. A program on a busy machine is slow with everything: so it is given up
 * only when it did other things long after what was due, and a time that was too short for this machine is tried again, longer.
 */
import type { CheckContext } from './check.ts'
import type { Program } from '../engine/program.ts'
export { happens, NEVER_MS } from './happens.ts'

/** Thrown by an attempt: the machine was so busy that what came out proves nothing. */
export class TooBusy extends Error {}

const SHORTEST_MS = 200
const LONGEST_MS = 12_800

/**
 * Runs `attempt` with a limit of 200 ms. When it throws TooBusy, it is run again with twice the limit and a fresh program;
 * when 12.8 s are not enough either, the check is inconclusive.
 */
export async function withTime(
  t: CheckContext,
  attempt: (ms: number, program: Program) => Promise<void>,
): Promise<void> {
  for (let ms = SHORTEST_MS; ms <= LONGEST_MS; ms *= 2) {
    const program = ms === SHORTEST_MS ? t.program : await t.another()
    try {
      return await attempt(ms, program)
    } catch (error) {
      if (!(error instanceof TooBusy)) throw error
    }
  }
  t.inconclusive(
    `this machine is so busy that even a timeout of ${LONGEST_MS / 1000} s passed between two steps of the checker.`,
  )
}
