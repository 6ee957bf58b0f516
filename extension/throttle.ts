/**
 * Calls `action` at once, and then at most every `ms` milliseconds as long as it is asked for; the last ask is never
 * lost. Between asks no timer runs.
 */
export interface Throttle {
  /** Asks for the action. */
  (): void
  dispose(): void
}

export function throttle(action: () => void, ms: number): Throttle {
  let timer: NodeJS.Timeout | undefined
  let asked = false
  const run = () => {
    asked = false
    timer = setTimeout(() => {
      timer = undefined
      if (asked) run()
    }, ms)
    action()
  }
  const ask = () => {
    asked = true
    if (timer === undefined) run()
  }
  return Object.assign(ask, { dispose: () => clearTimeout(timer) })
}
