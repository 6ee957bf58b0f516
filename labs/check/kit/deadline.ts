/**
 * Deadlines, owned by the checker. They are counted in ticks of its own event loop and not in wall time: when the
 * machine is busy or asleep and the checker itself does not get to run, nobody's time passes. Nor does it while the
 * program is paused in a debugger (suspension.ts).
 */
import { elapsed, going, isSuspended } from '../engine/suspension.ts'

const TICK_MS = 50

export interface Deadline {
  /** Starts counting again. */
  restart(): void
  clear(): void
}

/** Calls `onExpired` once, after at least `ms` milliseconds. `always`: also while the checker's time stands still. */
export function deadline(ms: number, onExpired: () => void, { always = false } = {}): Deadline {
  let left = Math.ceil(ms / TICK_MS)
  const timer = setInterval(() => {
    if (!always && isSuspended()) return
    if (--left > 0) return
    clearInterval(timer)
    onExpired()
  }, TICK_MS)
  return {
    restart: () => void (left = Math.ceil(ms / TICK_MS)),
    clear: () => clearInterval(timer),
  }
}

/** `promise`, or a rejection with what `late` returns when it takes longer than `ms` milliseconds. */
export function within<T>(promise: Promise<T>, ms: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = deadline(ms, () => reject(late()))
    promise.then(resolve, reject).finally(limit.clear)
  })
}

/**
 * Resolves after `ms` milliseconds of the checker's time: for pacing what it sends, never for waiting until something
 * is so.
 */
export async function pause(ms: number): Promise<void> {
  const until = elapsed() + ms
  // A timer may fire a little early.
  for (let left = ms; ; left = until - elapsed()) {
    await new Promise(resolve => setTimeout(resolve, left))
    if (!isSuspended() && until - elapsed() < 2) return
    await going()
  }
}
