/** Watches the memory of a program while a check goes on. */
import { isThere, procStat } from '../../../network/process-table.ts'
import { elapsed } from '../engine/suspension.ts'
import { pause } from './deadline.ts'
import { Inconclusive } from './finding.ts'
import { memoryOf } from './memory.ts'

export interface MemoryWatch {
  /**
   * Resolves to the bytes that were seen above the limit; stays pending while there are none. Rejects with Inconclusive when the
   * program lives and its memory can no longer be known: nobody saw then that it stayed below.
   */
  over: Promise<number>
  /** What it has now, in bytes; of one that has ended, what it had last. Rejects as `over` does. */
  now(): Promise<number>
  stop(): void
}

const EVERY_MS = 20
/** A single look may fail on a busy machine; looks that fail for so long, and so many, do not work any more. */
const BLIND_MS = 3_000
const BLIND_LOOKS = 3

interface Senses {
  look(pid: number): Promise<{ resident: number } | undefined>
  isAlive(pid: number): boolean
  blindMs: number
}

/** Looks at the memory of `pid` all the time, until it is over `limit` bytes, the program is gone, or `stop`. */
export function watchMemory(
  pid: number,
  limit: number,
  { look: memory = memoryOf, isAlive = lives, blindMs = BLIND_MS }: Partial<Senses> = {},
): MemoryWatch {
  const over = Promise.withResolvers<number>()
  over.promise.catch(() => {})
  let watching = true
  let last = 0
  let missed = 0
  let since = 0
  /** Undefined when it is not known this time. */
  const look = async (): Promise<number | undefined> => {
    const bytes = (await memory(pid))?.resident
    if (bytes === undefined) {
      if (!isAlive(pid)) {
        watching = false
        return last
      }
      if (missed++ === 0) since = elapsed()
      if (missed < BLIND_LOOKS || elapsed() - since < blindMs) return undefined
      watching = false
      const blind = new Inconclusive('the memory of your program could not be read any more on this system.')
      over.reject(blind)
      throw blind
    }
    missed = 0
    last = bytes
    if (bytes > limit && watching) {
      watching = false
      over.resolve(bytes)
    }
    return bytes
  }
  const watch = async () => {
    while (watching) {
      await look()
      await pause(EVERY_MS)
    }
  }
  watch().catch(() => {})
  return {
    over: over.promise,
    async now() {
      for (;;) {
        const bytes = await look()
        if (bytes !== undefined) return bytes
        await pause(EVERY_MS)
      }
    },
    stop: () => void (watching = false),
  }
}

const lives = (pid: number): boolean =>
  process.platform === 'linux' ? !/^[ZX]?$/.test(procStat(pid)?.state ?? '') : isThere(pid)
