/** One check of an exercise at a time: two at once would fight for the machine and for the same items. Knows no vscode. */

/** A run that somebody asked for is waited for; one that a save started is replaced by whatever comes next. */
export type Reason = 'asked' | 'saved'

export interface Turn {
  /** Aborted when another run replaces this one. */
  signal: AbortSignal
  /** Must be called when the run is over. */
  end(): void
}

export interface Turns {
  /** Resolves when no other run of the exercise is under way, or with undefined when `signal` is aborted before. */
  take(exercise: string, reason: Reason, signal: AbortSignal): Promise<Turn | undefined>
  /** Aborts the run that is under way, if there is one. */
  cancel(exercise: string): void
}

export function createCheckQueue(): Turns {
  const running = new Map<string, { reason: Reason; replaced: AbortController; over: Promise<void> }>()
  return {
    async take(exercise, reason, signal) {
      for (;;) {
        if (signal.aborted) return undefined
        const before = running.get(exercise)
        if (!before) break
        if (before.reason === 'saved') before.replaced.abort()
        await Promise.race([before.over, aborted(signal)])
      }
      const replaced = new AbortController()
      const { promise: over, resolve } = Promise.withResolvers<void>()
      running.set(exercise, { reason, replaced, over })
      return {
        signal: replaced.signal,
        end() {
          running.delete(exercise)
          resolve()
        },
      }
    },
    cancel: exercise => running.get(exercise)?.replaced.abort(),
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
