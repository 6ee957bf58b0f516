/**
 * Deadlines, owned by the checker. They are counted in ticks of its own event loop and not in wall time: when the
 * machine is busy or asleep and the checker itself does not get to run, nobody's time passes.
 */
const TICK_MS = 50

export interface Deadline {
  /** Starts counting again. */
  restart(): void
  clear(): void
}

/** Calls `onExpired` once, after at least `ms` milliseconds. */
export function deadline(ms: number, onExpired: () => void): Deadline {
  let left = Math.ceil(ms / TICK_MS)
  const timer = setInterval(() => {
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

/** Resolves after `ms` milliseconds: for pacing what the checker sends, never for waiting until something is so. */
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
