/**
 * .p2plab/progress.json in a lab workspace: read, and written so that two windows, a terminal and a git pull do not lose
 * each other's facts. See progress-text.ts for what is in it.
 */
import { open, rename, rm, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { failureText } from '../../network/file-problem.ts'
import { readWritten, WrongEncoding } from '../../network/written-text.ts'
import { backUp, readText, replaceFile } from '../workspace/backup.ts'
import { contentHash, NO_PROGRESS, PROGRESS_FILE, type ProgressFacts } from './progress.ts'
import { formatProgress, parseProgress, type ParsedProgress } from './text.ts'

export { PROGRESS_FILE }

/** Above this it is not read: what we write stays far below. Bytes. */
const MAX_BYTES = 4 * 1024 * 1024
/** A lock that is older was left by somebody who is gone: a write takes milliseconds. */
const STALE_MS = 5_000
/** One whose time is still to come, by a clock that was wrong or is another one, is stale when it stays the same for so long. */
const UNCHANGED_MS = 1_000
const LOCK_WAIT_MS = 10_000
const LOCK_RETRY_MS = 15

export interface ReadProgress extends Pick<ParsedProgress, 'facts'> {
  /** 'unreadable': the file system refuses, or it is UTF-16, and `error` says so. */
  state: ParsedProgress['state'] | 'missing' | 'unreadable'
  error?: Error
}

/** Reads, changes nothing, never rejects. `dir` is the workspace. */
export async function readProgress(dir: string): Promise<ReadProgress> {
  const file = path.join(dir, PROGRESS_FILE)
  try {
    const { size } = await stat(file).catch(() => ({ size: 0 }))
    if (size > MAX_BYTES) return { facts: NO_PROGRESS, state: 'broken' }
    return parseProgress(await readWritten(file))
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR'
    return missing
      ? { facts: NO_PROGRESS, state: 'missing' }
      : { facts: NO_PROGRESS, state: 'unreadable', error }
  }
}

export interface WrittenProgress {
  /** With the change, also when it could not be written. */
  facts: ProgressFacts
  /** The file says the same as `facts`; where there are none, no file does. */
  written: boolean
  /** What the learner should know, as one sentence. */
  notice?: string
}

/**
 * Reads the file, applies `change`, and replaces the file as a whole. A workspace without the folder .p2plab gets no
 * file. A broken file is kept as a copy, and what could be read of it goes on. A file of a later version is left
 * alone. Never rejects: what kept it from being written is in the notice.
 */
export async function updateProgress(
  dir: string,
  change: (facts: ProgressFacts) => ProgressFacts,
): Promise<WrittenProgress> {
  const file = path.join(dir, PROGRESS_FILE)
  if (!(await isLabWorkspace(dir))) return { facts: change(NO_PROGRESS), written: false }
  let release: (() => Promise<void>) | undefined
  let facts: ProgressFacts | undefined
  try {
    release = await lock(`${file}.lock`)
    const read = await readProgress(dir)
    facts = change(read.facts)
    if (read.state === 'newer') return { facts, written: false, notice: NEWER }
    if (read.state === 'unreadable') throw read.error!
    const nothing = facts.results.length === 0 && facts.events.length === 0
    if (read.state === 'missing' && nothing) return { facts, written: true }
    const kept = read.state === 'broken' ? await backUp(dir, PROGRESS_FILE) : undefined
    const text = formatProgress(facts)
    if ((await readText(file)) !== text) await replaceFile(file, text)
    return { facts, written: true, ...(kept !== undefined && { notice: broken(kept) }) }
  } catch (error) {
    facts ??= change((await readProgress(dir)).facts)
    return { facts, written: false, notice: unwritable(error as Error) }
  } finally {
    await release?.().catch(() => undefined)
  }
}

const NEWER = `A later version of P2P Lab wrote ${PROGRESS_FILE}, so this version leaves it unchanged and does not save your progress there. Update P2P Lab.`
const broken = (kept: string) =>
  `Could not read all of ${PROGRESS_FILE}. P2P Lab saved the readable part to a new file. The old file is kept in ${kept}.`

function unwritable(error: Error): string {
  if (error instanceof WrongEncoding)
    return `${PROGRESS_FILE} is a UTF-16 file, so it is left unchanged and your progress is not saved there. Save it as UTF-8.`
  const what = `Could not write your progress to ${PROGRESS_FILE}`
  return `${error instanceof Refused ? `${what}. ${error.message}` : failureText(what, error)}.`
}

/** The message says what to do already. */
class Refused extends Error {}

export const isLabWorkspace = async (dir: string): Promise<boolean> =>
  (await stat(path.join(dir, '.p2plab')).catch(() => undefined))?.isDirectory() === true

/** The hash of the file `name` in the workspace `dir`, or undefined when there is none or it cannot be read. */
export async function hashOf(dir: string, name: string): Promise<string | undefined> {
  const text = await readText(path.join(dir, name)).catch(() => undefined)
  return text === undefined ? undefined : contentHash(text)
}

/** Resolves to the function that releases it. Rejects when it cannot be had. */
async function lock(name: string): Promise<() => Promise<void>> {
  const start = performance.now()
  const isStale = staleness()
  for (;;) {
    try {
      await (await open(name, 'wx')).close()
      // Windows may not remove it at once either; only a removal that may be recursive is tried again.
      return () => rm(name, { force: true, recursive: true, maxRetries: 5 })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Windows says EPERM while a file of that name is just being removed.
      const taken = code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')
      if (!taken) throw error
      if (performance.now() - start > LOCK_WAIT_MS)
        throw new Refused(
          `Another program holds ${path.basename(name)}. Delete that file if no program uses it`,
        )
    }
    await breakStale(name, isStale)
    await pause(LOCK_RETRY_MS)
  }
}

type Lock = Pick<Stats, 'ino' | 'mtimeMs'>

/** Whether a lock that is looked at again and again was left by somebody who is gone. */
function staleness(): (lock: Lock) => boolean {
  let seen: (Lock & { since: number }) | undefined
  return ({ ino, mtimeMs }) => {
    const age = Date.now() - mtimeMs
    if (age >= STALE_MS) return true
    if (age > -STALE_MS) return false
    if (seen?.ino !== ino || seen.mtimeMs !== mtimeMs) seen = { ino, mtimeMs, since: performance.now() }
    return performance.now() - seen.since >= UNCHANGED_MS
  }
}

async function breakStale(name: string, isStale: (lock: Lock) => boolean): Promise<void> {
  const found = await stat(name).catch(() => undefined)
  if (!found || !isStale(found)) return
  // Only one of those who wait can rename it.
  const mine = `${name}.${process.pid}`
  await rename(name, mine).catch(() => undefined)
  await rm(mine, { force: true }).catch(() => undefined)
}
