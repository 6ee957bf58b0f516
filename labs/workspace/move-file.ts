import { rename } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'

/** How long a file may be held by a virus scanner, an indexer or a synchronised folder that looks at each new file. Milliseconds. */
const PATIENCE_MS = 5_000
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 250
/** So often it is tried at least: on a busy machine, the time may be over before anything happened. */
const LEAST_TRIES = 3
const HELD = ['EPERM', 'EACCES', 'EBUSY']

interface MoveOptions {
  platform?: NodeJS.Platform
  /** How long to try, milliseconds. */
  patienceMs?: number
  /** What moves it: node:fs/promises' `rename`. */
  move?: (from: string, to: string) => Promise<void>
}

/**
 * Renames a file or folder, over what is there. Windows refuses while another program has one of the two open, usually for
 * milliseconds, so there it is tried again for some seconds. Rejects with the last error of the system.
 */
export async function moveFile(from: string, to: string, options: MoveOptions = {}): Promise<void> {
  const { platform = process.platform, patienceMs = PATIENCE_MS, move = rename } = options
  const start = performance.now()
  for (let ms = FIRST_PAUSE_MS, tries = 1; ; ms = Math.min(2 * ms, LONGEST_PAUSE_MS), tries++) {
    try {
      return await move(from, to)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      const isOver = tries >= LEAST_TRIES && performance.now() - start >= patienceMs
      if (platform !== 'win32' || !HELD.includes(code) || isOver) throw error
    }
    await pause(ms)
  }
}
