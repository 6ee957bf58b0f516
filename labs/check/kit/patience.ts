/**
 * Waiting for a program without letting a clock judge alone. A program on a busy machine is slow with everything: so it is given up
 * only when it did other things long after what was due, and a time that was too short for this machine is tried again, longer.
 */
import type { CheckContext } from './check.ts'
import { pause } from './deadline.ts'
import type { Program } from '../engine/program.ts'
import { elapsed } from '../engine/suspension.ts'

export interface Patience {
  /** Not given up before this many milliseconds. */
  ms: number
  /** A round trip with the program that shows that it runs. It is called again and again; its rejection is passed on. */
  signOfLife(): Promise<void>
  /** Milliseconds between two signs of life, until `ms` have passed. */
  everyMs?: number
}

/** Signs of life after `ms`: each is a turn of the program's event loop, so whatever was ready before has been handled. */
const ROUNDS = 10

/** Whether `due` happened; false only after `ms` milliseconds and ROUNDS signs of life begun after that. */
export async function happens(
  due: Promise<unknown>,
  { ms, signOfLife, everyMs = 25 }: Patience,
): Promise<boolean> {
  let done = false
  const settled = due.then(() => void (done = true))
  settled.catch(() => {})
  const started = elapsed()
  for (let rounds = 0; !done && rounds < ROUNDS;) {
    const late = elapsed() - started >= ms
    await signOfLife()
    if (late) rounds++
    else await Promise.race([settled, pause(everyMs)])
  }
  if (done) await settled
  return done
}

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
