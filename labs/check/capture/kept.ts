/**
 * The packets of checks between a run and the file that they are saved in: one file for each check, in a folder of the user's cache.
 * Whoever opened the folder closes it; what a killed process left is removed when the next one opens one.
 */
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { failureText } from '../../../network/file-problem.ts'
import { isThere } from '../../../network/process-table.ts'
import { capturesFolder } from '../../../network/user-folders.ts'
import type { CheckResult, ExerciseResult } from '../protocol.ts'
import { inShort } from '../engine/message.ts'
import type { Capture } from './capture.ts'
import { packetsOf } from './packets.ts'
import { fileHeader } from './pcapng.ts'

export interface Keeping {
  /** What is said of the check; `written` may add the problem. */
  capture: NonNullable<CheckResult['capture']>
  /** Resolves when the file is there, or the problem is known. Never rejects. */
  written: Promise<void>
}

/** In the check process. Undefined when nothing went over the wire. Writes while other checks run. */
export function keepPackets(
  folder: string,
  { id, title, verdict, message }: Pick<CheckResult, 'id' | 'title' | 'verdict' | 'message'>,
  wire: Capture,
): Keeping | undefined {
  const outcome = message === undefined ? undefined : `${verdict}: ${inShort(message)}`
  const packets = packetsOf(wire, `${title} (${id})`, outcome)
  if (!packets) return undefined
  const pieces = joined(packets.parts)
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const capture: Keeping['capture'] = {
    file: path.join(folder, `${id}.packets`),
    packets: packets.count,
    bytes,
  }
  const written = writeFile(capture.file, pieces).catch((error: unknown) => {
    Object.assign(capture, { packets: 0, bytes: 0, problem: notKept(error) })
  })
  return { capture, written }
}

/** Payload of at least this many bytes is written from where it is; what is smaller is put together first. */
const OF_ITS_OWN = 16 * 1024

/** The same bytes in few pieces: each is a call of the system. */
function joined(parts: readonly Uint8Array[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let small: Uint8Array[] = []
  const flush = () => {
    if (small.length > 0) pieces.push(Buffer.concat(small))
    small = []
  }
  for (const part of parts) {
    if (part.length < OF_ITS_OWN) {
      small.push(part)
      continue
    }
    flush()
    pieces.push(part)
  }
  flush()
  return pieces
}

/** Why packets could not be kept, as two sentences. */
export const notKept = (error: unknown): string => `${failureText('Could not keep the packets', error)}.`

/** A new, empty folder of this process's. Rejects with the file system's error. */
export async function openCaptures(): Promise<{ folder: string; close(): Promise<void> }> {
  const base = capturesFolder() ?? path.join(tmpdir(), 'p2plab-captures')
  await mkdir(base, { recursive: true, mode: 0o700 })
  await removeLeftovers(base)
  const folder = await mkdtemp(path.join(base, `${process.pid}-`))
  return { folder, close: () => rm(folder, { recursive: true, force: true }) }
}

async function removeLeftovers(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const pid = Number.parseInt(name, 10)
    if (Number.isNaN(pid) || isThere(pid)) continue
    await rm(path.join(base, name), { recursive: true, force: true }).catch(() => {})
  }
}

/** Makes a file that must not exist yet. Rejects with the file system's error. */
export async function newCaptureFile(
  file: string,
): Promise<{ write(run: CapturedRun): Promise<void>; drop(): Promise<void> }> {
  const handle = await open(file, 'wx')
  return {
    async write(run) {
      try {
        // Not `write`, which may write a part, as on a disk that is nearly full, and says so in its result only.
        for await (const part of partsOf(run)) await handle.writeFile(part)
      } finally {
        await handle.close()
      }
    },
    async drop() {
      await handle.close()
      await rm(file, { force: true })
    },
  }
}

/** The same in memory: at most some tens of MiB. Rejects with the file system's error where the packets are not there any more. */
export async function captureBytes(run: CapturedRun): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of partsOf(run)) parts.push(part)
  return Buffer.concat(parts)
}

export interface CapturedRun extends Pick<ExerciseResult, 'exercise' | 'seed'> {
  /** Of the exercise. */
  title: string
  checks: readonly Pick<CheckResult, 'id' | 'title' | 'verdict' | 'capture'>[]
}

/** What is in a file, from its beginning to its end. */
async function* partsOf({ exercise, title, seed, checks }: CapturedRun): AsyncGenerator<Buffer> {
  const verdicts = checks.map(check => `${check.verdict}: ${check.title} (${check.id})`)
  yield fileHeader([`Exercise ${exercise} ${title}, seed ${seed}`, ...verdicts])
  for (const { capture } of checks) {
    if (capture && capture.problem === undefined) yield await readFile(capture.file)
  }
}
