/** The moment at which a kill does most harm: while a file that was whole is being written anew. */
import fs from 'node:fs'
import path from 'node:path'

/**
 * Resolves to true as soon as a file in the folder or below is shorter than it was when it was last looked at, and to false when `stop` is called.
 * One that is written under another name and then renamed is never seen to be short under its own.
 */
export function watchForShorterFile(folder: string): { seen: Promise<boolean>; stop(): void } {
  let stopped = false
  const seen = (async () => {
    const sizes = new Map<string, number>()
    while (!stopped) {
      for (const { name, size } of filesIn(folder)) {
        if (size < (sizes.get(name) ?? 0)) return true
        sizes.set(name, size)
      }
      // As often as there is nothing else to do: a short write takes less than a millisecond.
      await new Promise(resolve => setImmediate(resolve))
    }
    return false
  })()
  return { seen, stop: () => void (stopped = true) }
}

function filesIn(folder: string): { name: string; size: number }[] {
  try {
    return fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map(name => ({ name, size: fs.statSync(path.join(folder, name)).size }))
  } catch {
    // One that is there for a short time only was gone before it was looked at.
    return []
  }
}
