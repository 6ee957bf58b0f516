/**
 * Ends a child process when its parent is gone, so that nothing is left running.
 *
 * Three signs, because each alone has a hole: the IPC channel closes (not when a debugger or another child holds it),
 * standard input ends (not when it was never piped), the heartbeat stops (not before HEARTBEAT_MISSED_MS).
 */
import { HEARTBEAT_MISSED_MS } from './heartbeat.ts'

/** After HEARTBEAT_MISSED_MS, for what was sent meanwhile to be read. Milliseconds. */
const LAST_CHANCE_MS = 1_000

/** Watches the parent of this process. Call `beat` for each heartbeat of the parent. `end` must not return to work. */
export function lifeline(end: () => void): { beat: () => void } {
  // A process that was stopped (SIGSTOP) wakes up with its timers overdue and the heartbeats still unread: these come first.
  const lastChance = () => void (missed = setTimeout(end, LAST_CHANCE_MS).unref())
  let missed = setTimeout(lastChance, HEARTBEAT_MISSED_MS)
  missed.unref()
  process.once('disconnect', end)
  if (!process.stdin.isTTY) {
    process.stdin.once('end', end).once('error', end).resume()
    process.stdin.unref?.()
  }
  return {
    beat: () => {
      clearTimeout(missed)
      missed = setTimeout(lastChance, HEARTBEAT_MISSED_MS)
      missed.unref()
    },
  }
}
