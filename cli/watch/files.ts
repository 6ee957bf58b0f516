/**
 * Notices that files were saved, however an editor does it: written in place, replaced by a rename, deleted and made anew.
 * It watches folders and not files, because a watch of a file goes with the file, and it also looks now and then by itself:
 * network and container file systems tell nobody of a change, and a folder that is replaced takes its watch with it.
 */
import { watch, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'

/** After a folder has told of a change: an editor may need several steps to save. Milliseconds. */
const SETTLE_MS = 60
/** How often it looks by itself. Milliseconds. */
const LOOK_EVERY_MS = 1_000

export interface Change {
  /** Absolute. */
  file: string
  /** False: it is there no more. */
  written: boolean
  /** When it was last written, milliseconds since the Unix epoch. */
  at: number
}

export interface FileWatch {
  /** Follows these files, too, as they are now; they need not exist. Absolute paths. Resolves when that is so. */
  follow(files: Iterable<string>): Promise<void>
  close(): void
}

/** `onChange` gets what has changed since it was last looked at, never an empty list. For tests: without `told` it only looks by itself, every `everyMs`. */
export function watchFiles(
  onChange: (changes: readonly Change[]) => void,
  { told = true, everyMs = LOOK_EVERY_MS } = {},
): FileWatch {
  const known = new Map<string, Look>()
  const folders = new Map<string, { watcher: FSWatcher; inode: bigint }>()
  let settling: NodeJS.Timeout | undefined
  let looking = false
  let closed = false

  const look = async () => {
    // One look at a time; a change meanwhile is told again or found by the next.
    if (looking || closed) return
    looking = true
    try {
      if (told) await Promise.all([...new Set([...known.keys()].map(path.dirname))].map(watchFolder))
      const now = await Promise.all([...known.keys()].map(async file => [file, await lookAt(file)] as const))
      const changed = now.filter(([file, { print }]) => known.get(file)!.print !== print)
      for (const [file, found] of changed) known.set(file, found)
      if (closed || changed.length === 0) return
      onChange(changed.map(([file, { print, at }]) => ({ file, written: print !== GONE, at })))
    } finally {
      looking = false
    }
  }
  const soon = () => {
    settling ??= setTimeout(() => {
      settling = undefined
      if (looking) soon()
      else void look()
    }, SETTLE_MS)
  }
  const watchFolder = async (folder: string) => {
    const inode = (await stat(folder, { bigint: true }).catch(() => undefined))?.ino
    const before = folders.get(folder)
    if (before?.inode === inode || closed) return
    before?.watcher.close()
    folders.delete(folder)
    if (inode === undefined) return
    try {
      const watcher = watch(folder, { persistent: false }, soon)
      // Windows says so when the folder is deleted. Without it the looks go on.
      watcher.on('error', () => {
        watcher.close()
        if (folders.get(folder)?.watcher === watcher) folders.delete(folder)
      })
      folders.set(folder, { watcher, inode })
    } catch {
      // No such folder any more, or too many watches on this machine: the looks go on.
    }
  }
  const regular = setInterval(() => void look(), everyMs)
  return {
    async follow(files) {
      const fresh = [...new Set(files)].filter(file => !known.has(file))
      await Promise.all(fresh.map(async file => known.set(file, await lookAt(file))))
      if (told) await Promise.all([...new Set(fresh.map(path.dirname))].map(watchFolder))
    },
    close() {
      closed = true
      clearInterval(regular)
      clearTimeout(settling)
      for (const { watcher } of folders.values()) watcher.close()
    },
  }
}

interface Look {
  /** Another one after every save, also of the same content. */
  print: string
  at: number
}

const GONE = ''

async function lookAt(file: string): Promise<Look> {
  try {
    const { ino, size, mtimeNs, mtimeMs } = await stat(file, { bigint: true })
    return { print: `${ino} ${size} ${mtimeNs}`, at: Number(mtimeMs) }
  } catch {
    return { print: GONE, at: 0 }
  }
}
