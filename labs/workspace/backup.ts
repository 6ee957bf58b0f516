/**
 * Copies of what was overwritten, under .p2plab/kept/TIME/ in the workspace, where TIME is in UTC and sorts as text.
 * No work is ever lost: whatever writes over a learner's file keeps it first.
 */
import { constants, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { makeFolder } from '../../network/make-folder.ts'
import { moveFile } from './move-file.ts'

const KEPT = '.p2plab/kept'

/** Copies `file` (a path in the workspace `dir`) and resolves to the path of the copy in the workspace. */
export async function backUp(dir: string, file: string): Promise<string> {
  const time = new Date().toISOString().replaceAll(':', '-')
  for (let n = 0; ; n++) {
    const copy = path.posix.join(KEPT, n === 0 ? time : `${time}-${n}`, file)
    await makeFolder(path.dirname(path.join(dir, copy)))
    try {
      await copyFile(path.join(dir, file), path.join(dir, copy), constants.COPYFILE_EXCL)
      return copy
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** The copies of `file`, newest first, as paths in the workspace. */
export async function backups(dir: string, file: string): Promise<string[]> {
  const times = await readdir(path.join(dir, KEPT)).catch(() => [])
  const copies: string[] = []
  for (const time of times.sort().reverse()) {
    const copy = path.posix.join(KEPT, time, file)
    if ((await readText(path.join(dir, copy))) !== undefined) copies.push(copy)
  }
  return copies
}

/** The files, as paths in the workspace, of which there is a copy. Never rejects. */
export async function keptFiles(dir: string): Promise<Set<string>> {
  const kept = path.join(dir, KEPT)
  const entries = await readdir(kept, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
  // Without the folder that says when it was made.
  return new Set(files.map(file => path.relative(kept, file).split(path.sep).slice(1).join('/')))
}

/** When a copy was made, from its path; undefined when the path is not one of `backUp`. */
export function backupTime(copy: string): Date | undefined {
  const time = /^\.p2plab\/kept\/(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)(?:-\d+)?\//.exec(copy)
  return time ? new Date(`${time[1]}:${time[2]}:${time[3]}`) : undefined
}

/** What a copy is called: the folder under .p2plab/kept that it is in, which says when it was made. */
export const copyName = (copy: string): string => copy.split('/')[2] ?? copy

/**
 * Puts a copy of `file` back, the newest if none is named, and keeps what was there. Resolves to the paths of both
 * copies, or to undefined when there is no such copy. Putting the newest back twice brings back what was there before.
 */
export async function restore(
  dir: string,
  file: string,
  copy?: string,
): Promise<{ restored: string; kept?: string } | undefined> {
  const copies = await backups(dir, file)
  const chosen = copy === undefined ? copies[0] : copies.find(name => name === copy)
  if (chosen === undefined) return undefined
  const content = await readFile(path.join(dir, chosen), 'utf8')
  return { restored: chosen, ...(await overwrite(dir, file, content)) }
}

/** Writes `file`, and first keeps what was there if it is something else. */
export async function overwrite(dir: string, file: string, content: string): Promise<{ kept?: string }> {
  const before = await readText(path.join(dir, file))
  if (before === content) return {}
  const kept = before === undefined ? {} : { kept: await backUp(dir, file) }
  await replaceFile(path.join(dir, file), content)
  return kept
}

/** Whole or not at all: a reader, or a crash, never sees half a file. `mode`: what its permissions are, before those that the user masks. */
export async function replaceFile(file: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  await makeFolder(path.dirname(file))
  const half = `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(half, content, { mode })
    await moveFile(half, file)
  } catch (error) {
    await rm(half, { force: true })
    throw error
  }
}

/** The text of a file, or undefined when there is none. */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
