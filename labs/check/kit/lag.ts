/** How late a program and the checker are on this machine: what a time-out has to be measured against. */
import { pause } from './deadline.ts'

/** How often the checker asks, in milliseconds. */
const EVERY_MS = 10

/**
 * The longest time, in milliseconds, that the program took for a sign of life until `end`: so late may its timers have been. Or by so much the checker's
 * own timers were late, and with them what it sent and read.
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
      const paused = performance.now()
      await Promise.race([ended, pause(EVERY_MS)])
      longest = Math.max(longest, performance.now() - paused - EVERY_MS)
    }
  } catch {
    // A program that has ended, or hangs: its call says so.
  }
  return longest
}
