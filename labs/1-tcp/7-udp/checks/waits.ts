/** What the checks of a client without a reply share: how long its tries take, and what they are late by. */
import { pause } from '../../../check/kit/deadline.ts'

/**
 * What `tries` waits take at least. A timer may be early by a millisecond or two (Windows: by a tick of its clock); however busy the
 * machine is, the sum of the waits is never shorter.
 */
export const shortest = (tries: number, timeoutMs: number): number =>
  tries * (timeoutMs - (process.platform === 'win32' ? 16 : 2)) - 5

export const NULL = 'do you return null as the total when no reply arrived?'
export const EACH = 'does each try, even the last one, wait timeoutMs for its reply?'

/** When a call has returned: who waits for it also asks for signs of life, and hears of it later. */
export function timeOf(call: Promise<unknown>): Promise<number> {
  const time = call.then(() => performance.now())
  time.catch(() => {})
  return time
}

/** The longest time, in milliseconds, that the program took for a sign of life until `end`: so late may its timers have been. */
export async function lagUntil(end: Promise<unknown>, signOfLife: () => Promise<void>): Promise<number> {
  let over = false
  const ended = end.then(
    () => void (over = true),
    () => void (over = true),
  )
  let longest = 0
  try {
    while (!over) {
      const asked = performance.now()
      await signOfLife()
      longest = Math.max(longest, performance.now() - asked)
      await Promise.race([ended, pause(10)])
    }
  } catch {
    // A program that has ended, or hangs: its call says so.
  }
  return longest
}
