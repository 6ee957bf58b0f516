/**
 * The packets of the last run of each check in this window, in files that are removed when it closes. Bounded: where there are too many,
 * the oldest go. Knows no vscode.
 */
import { mkdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { notKept, openCaptures, type CapturedRun } from '../../labs/check/capture/kept.ts'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'

/** What is kept of all exercises together, in bytes of files. */
export const MAX_KEPT_BYTES = 64 * 1024 * 1024

export interface KeptCheck extends Pick<CheckResult, 'id' | 'title' | 'verdict' | 'capture'> {
  /** Its packets were the oldest, and had to go. */
  dropped?: true
}

export interface KeptRun extends CapturedRun {
  checks: readonly KeptCheck[]
}

/** Where the packets of a run go, or why they cannot be kept. */
export interface Begun {
  folder?: string
  problem?: string
}

export interface CaptureStore {
  /** Before a run of checks: makes the folder for their packets. Never rejects. */
  begin(): Promise<Begun>
  /** After it. `lab` names the lab workspace that was checked. What an earlier run of the same checks left goes. */
  add(lab: string, title: string, result: ExerciseResult, begun: Begun): void
  /** The last run of this check; without one, the last run of the exercise. Undefined where there was none in this window. */
  last(lab: string, exercise: string, check?: string): KeptRun | undefined
  /** What there are packets of: exercises, "1.1", and checks, "1.1/half-close". */
  withPackets(lab: string): string[]
  /** Removes everything. Nothing is kept from now on. Never rejects. */
  close(): Promise<void>
}

interface Entry {
  check: KeptCheck
  seed: number
}
interface Exercise {
  title: string
  checks: Map<string, Entry>
  /** The checks of the last run, and its seed. */
  last: { ids: readonly string[]; seed: number }
}

/** `open` makes the folder of this window, when the first run begins. */
export function createCaptures(open = openCaptures, maxBytes = MAX_KEPT_BYTES): CaptureStore {
  const labs = new Map<string, Map<string, Exercise>>()
  /** Those with a file, oldest first. */
  const files = new Set<Entry>()
  let opened: ReturnType<typeof open> | undefined
  let runs = 0
  let bytes = 0
  let closed = false

  const forget = (entry: Entry | undefined) => {
    const { capture } = entry?.check ?? {}
    if (!entry || !capture || !files.delete(entry)) return
    bytes -= capture.bytes
    void removeFile(capture.file)
  }
  const keep = (entry: Entry) => {
    const { capture } = entry.check
    if (!capture || capture.problem !== undefined) return
    files.add(entry)
    bytes += capture.bytes
  }
  const makeRoom = () => {
    for (const entry of files) {
      if (bytes <= maxBytes) return
      forget(entry)
      const { capture: _, ...check } = entry.check
      entry.check = { ...check, dropped: true }
    }
  }
  const find = (lab: string, exercise: string) => labs.get(lab)?.get(exercise)

  return {
    async begin() {
      if (closed) return {}
      try {
        // What was refused once may go well the next time.
        opened ??= open().catch((error: unknown) => {
          opened = undefined
          throw error
        })
        const { folder: ofWindow } = await opened
        if (closed) return {}
        const folder = path.join(ofWindow, String(++runs))
        // Also when the folder of this window is gone: who empties a cache does not ask who uses it.
        await mkdir(folder, { recursive: true, mode: 0o700 })
        return { folder }
      } catch (error) {
        return { problem: notKept(error) }
      }
    },
    add(lab, title, { exercise, seed, checks }, { folder, problem }) {
      if (closed) return
      const ofLab = labs.get(lab) ?? new Map<string, Exercise>()
      labs.set(lab, ofLab)
      const known = ofLab.get(exercise)?.checks ?? new Map<string, Entry>()
      for (const { id, title, verdict, capture } of checks) {
        const failed = problem === undefined ? undefined : { file: '', packets: 0, bytes: 0, problem }
        const kept = capture ?? failed
        const entry: Entry = { check: { id, title, verdict, ...(kept && { capture: kept }) }, seed }
        forget(known.get(id))
        known.set(id, entry)
        keep(entry)
      }
      ofLab.set(exercise, { title, checks: known, last: { ids: checks.map(({ id }) => id), seed } })
      makeRoom()
      // It stays where there is something in it.
      if (folder !== undefined) void rmdir(folder).catch(() => {})
    },
    last(lab, exercise, check) {
      const found = find(lab, exercise)
      if (!found) return undefined
      const { title, checks, last } = found
      if (check === undefined) {
        return { exercise, title, seed: last.seed, checks: last.ids.map(id => checks.get(id)!.check) }
      }
      const entry = checks.get(check)
      return entry && { exercise, title, seed: entry.seed, checks: [entry.check] }
    },
    withPackets(lab) {
      const all = [...(labs.get(lab) ?? [])]
      return all.flatMap(([exercise, { checks, last }]) => {
        const has = (id: string) => files.has(checks.get(id)!)
        const ids = [...checks.keys()].filter(has).map(id => `${exercise}/${id}`)
        return last.ids.some(has) ? [exercise, ...ids] : ids
      })
    },
    async close() {
      closed = true
      labs.clear()
      files.clear()
      await opened?.then(captures => captures.close()).catch(() => {})
    },
  }
}

/** With the folder of its run, if nothing else is in it. Whatever stays goes with the folder of the window. */
async function removeFile(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => {})
  await rmdir(path.dirname(file)).catch(() => {})
}
