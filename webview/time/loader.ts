/**
 * Fetches what happened before the view was opened, in parts: between two of them the view draws.
 */
import type { NetworkEvent } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'
import { createLog, type EventLog } from './log.ts'

/** Room for a frame between two parts, in milliseconds. */
const PAUSE_MS = 20

export interface Loader {
  /** The log has just been reset to a snapshot: asks for what was before, if there was anything. */
  begin(): void
  /** Takes a part; true when it was the last one and the log is longer now. */
  take(part: { first: number; start?: NetworkState; events: readonly NetworkEvent[] }): boolean
}

/** `later` runs a function after a pause. */
export function createLoader(
  log: EventLog,
  ask: (from?: number) => void,
  later: (run: () => void) => unknown = run => setTimeout(run, PAUSE_MS),
): Loader {
  let before: EventLog | undefined
  let active = false
  /** Counts the attempts: what an older one has asked for is not waited for any more. */
  let attempt = 0

  const stop = () => {
    attempt++
    before = undefined
    active = false
    return false
  }
  return {
    begin() {
      stop()
      active = log.state.phase !== 'none'
      if (active) ask()
    },
    take({ first, start, events }) {
      if (!active) return false
      if (start) {
        before = createLog(Infinity)
        before.reset(start)
      }
      if (!before || before.last !== first) return stop()
      before.append(events.slice(0, Math.max(0, log.first - first)))
      if (before.last === log.first) {
        const whole = before
        stop()
        return whole.first < whole.last && log.prepend(whole)
      }
      // The log began anew meanwhile, or the other side has no more.
      if (events.length === 0 || before.last > log.first) return stop()
      const next = before.last
      const current = attempt
      later(() => {
        if (attempt === current) ask(next)
      })
      return false
    },
  }
}
