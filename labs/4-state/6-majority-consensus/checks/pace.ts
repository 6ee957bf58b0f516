/** How much slower than a quiet one this machine is now, so that timers are longer where everything is. */
import type { Program } from '../../../check/engine/program.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'

export interface Timers {
  electionMs: number
  heartbeatMs: number
}

/** No timer of the program's ends: it only does what it is told. */
export const STILL: Timers = { electionMs: NEVER_MS, heartbeatMs: NEVER_MS }

/** The program and the checker on a quiet machine are not later than this, in ms. */
const QUIET_MS = 5
const MOST = 12
const ROUNDS = 6

/** 1 on a quiet machine, 12 at most. More rounds, of 5 ms and more, for what lasts longer: they see more of what the machine does beside. */
export async function slowness(program: Program, rounds = ROUNDS): Promise<number> {
  let latest = 0
  for (let i = 0; i < rounds; i++) {
    const began = performance.now()
    await pause(5)
    await program.signOfLife()
    latest = Math.max(latest, performance.now() - began - 5)
  }
  return Math.min(MOST, Math.max(1, latest / QUIET_MS))
}

export const slower = ({ electionMs, heartbeatMs }: Timers, factor: number): Timers => ({
  electionMs: Math.min(NEVER_MS, Math.ceil(electionMs * factor)),
  heartbeatMs: Math.min(NEVER_MS, Math.ceil(heartbeatMs * factor)),
})
