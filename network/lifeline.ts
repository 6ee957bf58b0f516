/**
 * Ends a child process when its parent is gone, so that nothing is left running.
 *
 * Three signs, because each alone has a hole: the IPC channel closes (not when a debugger or another child holds it),
 * standard input ends (not when it was never piped), the heartbeat stops (not before HEARTBEAT_MISSED_MS).
 */
import { HEARTBEAT_MISSED_MS } from './protocol.ts'

/** Watches the parent of this process. Call `beat` for each heartbeat of the parent. `end` must not return to work. */
export function lifeline(end: () => void): { beat: () => void } {
  let missed = setTimeout(end, HEARTBEAT_MISSED_MS)
  missed.unref()
  process.once('disconnect', end)
  if (!process.stdin.isTTY) {
    process.stdin.once('end', end).once('error', end).resume()
    process.stdin.unref?.()
  }
  return {
    beat: () => {
      clearTimeout(missed)
      missed = setTimeout(end, HEARTBEAT_MISSED_MS)
      missed.unref()
    },
  }
}
