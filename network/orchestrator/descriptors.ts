/** Files and sockets that a process may have open at once: a limit of the system, which a large network can reach. */
import { NetworkError } from '../failure.ts'
import { isOutOfDescriptors } from '../file-problem.ts'
import type { NetworkEvent } from '../events.ts'

/** Dials that fail for it until a start is given up: a few may work when they are tried again. */
const MANY = 5

/** Counts what fails for want of descriptors. */
export function createShortage(): {
  note(events: readonly NetworkEvent[]): void
  readonly isReached: boolean
} {
  let dials = 0
  let crashed = false
  return {
    note(events) {
      for (const event of events) {
        if (event.type !== 'dial-failed' && event.type !== 'node-crashed') continue
        // It comes from another process, in the words of its system.
        if (!/\bE[MN]FILE\b/.test(event.cause)) continue
        if (event.type === 'dial-failed') dials++
        else crashed = true
      }
    },
    get isReached() {
      return crashed || dials >= MANY
    },
  }
}

export const shortageFailure = (): NetworkError =>
  new NetworkError({
    step: 'start',
    cause: 'a process cannot open more files and sockets',
    remedy: 'Raise the limit (ulimit -n 2048), and start VS Code or the command again, or use fewer nodes',
  })

/** The error, or what it means where it is about descriptors. */
export const orShortage = (error: unknown): unknown => (isOutOfDescriptors(error) ? shortageFailure() : error)
