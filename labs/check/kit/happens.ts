/** Waiting for what a program is due to do, as long as the program may only be slow (patience.ts). */
import { elapsed } from '../engine/suspension.ts'
import { pause } from './deadline.ts'

/** In ms. Longer than any check: for a wait whose end `happens` decides, and for a time-out that a check is not about. */
export const NEVER_MS = 600_000

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
