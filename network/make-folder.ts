/** Makes a folder and those above it. */
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * As `mkdir` with `recursive`, which never returns where the system says "no such file" of a folder whose parent is there, as under /proc.
 * Rejects with the file system's error, also where a file is in the way. `mode` is for folders that are new.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const error = await make(folder, mode)
  if (error?.code !== 'ENOENT' || path.dirname(folder) === folder) {
    if (error) throw error
    return
  }
  await makeFolder(path.dirname(folder), mode)
  const again = await make(folder, mode)
  if (again) throw again
}

/** Undefined when the folder is there now. */
async function make(folder: string, mode: number): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(folder, { mode })
    return undefined
  } catch (error) {
    const there = await stat(folder).catch(() => undefined)
    return there?.isDirectory() ? undefined : (error as NodeJS.ErrnoException)
  }
}
