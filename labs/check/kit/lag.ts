/** How late a program and the checker are on this machine: what a time-out has to be measured against. */
import { pause } from './deadline.ts'

const PAUSE_MS = 10

/**
 * The longest time, in milliseconds, that the program took for a sign of life until `end`, or the checker for its own turn: so late may timers, and what
 * was read and sent, have been.
 */
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
      await Promise.race([ended, pause(PAUSE_MS)])
      // The checker may have stood still while it paused: then what had come was not read.
      longest = Math.max(longest, performance.now() - asked - PAUSE_MS)
    }
  } catch {
    // A program that has ended, or hangs: its call says so.
  }
  return longest
}
