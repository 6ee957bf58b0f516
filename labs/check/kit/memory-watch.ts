/** Watches the memory of a program while a check goes on. */
import { pause } from './deadline.ts'
import { memoryOf } from './memory.ts'

export interface MemoryWatch {
  /** Resolves to the bytes in physical memory that were seen above the limit; stays pending while there are none. */
  over: Promise<number>
  /** What it held in physical memory when it was looked at last, in bytes; undefined when it could not be known. */
  now(): Promise<number | undefined>
  stop(): void
}

const EVERY_MS = 20

/** Looks at the memory of `pid` all the time, until it is over `limit` bytes, the program is gone, or `stop`. */
export function watchMemory(pid: number, limit: number): MemoryWatch {
  const over = Promise.withResolvers<number>()
  let watching = true
  const look = async () => {
    const bytes = (await memoryOf(pid))?.resident
    if (bytes === undefined) watching = false
    else if (bytes > limit) {
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
  void watch()
  return { over: over.promise, now: look, stop: () => void (watching = false) }
}
