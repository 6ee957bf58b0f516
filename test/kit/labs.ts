/** What the tests of the labs share: workspaces that are removed again, and checks that are run for real. */
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCheck, type CheckHost } from '../../labs/check/client.ts'
import { exercise, EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { trackOf } from '../../labs/workspace/track.ts'
import { asInWorkspace } from '../../labs/workspace/rewrite-imports.ts'
import type { ExerciseResult, ProgramSpec } from '../../labs/check/protocol.ts'

export const root = path.dirname(path.dirname(import.meta.dirname))
/** The bundles; P2PLAB_DIST names others than those of the build. */
export const dist = process.env['P2PLAB_DIST'] ?? path.join(root, 'dist')

// Programs of tests keep what Node compiled like any learner's (network/compile-cache.ts), but not for ever.
if (!process.env['P2PLAB_CACHE']) {
  const cache = mkdtempSync(path.join(tmpdir(), 'p2plab-cache-'))
  process.env['P2PLAB_CACHE'] = cache
  process.on('exit', () => rmSync(cache, { recursive: true, force: true }))
}

const folders: string[] = []

/** A new folder with these files, by path; removeFolders removes it. */
export async function folderWith(files: Record<string, string> = {}): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'p2plab-labs-'))
  folders.push(dir)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), text)
  }
  return dir
}

/** For `after`. */
export async function removeFolders(): Promise<void> {
  for (const dir of folders.splice(0)) {
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

type Options = { seed?: number; only?: string[]; captureIn?: string | undefined } & Partial<CheckHost>

/** Runs the learner's file of an exercise in `workspace`. */
export const checkFile = (id: string, workspace: string, options: Options = {}): Promise<ExerciseResult> =>
  run(id, { kind: 'typescript', file: existing(id).file, workspace }, options)

/** Runs a program of test/kit/fixtures/programs, given as JavaScript text. */
export async function checkProgram(
  id: string,
  source: string,
  options: Options = {},
): Promise<ExerciseResult> {
  const workspace = await folderWith({ 'program.mjs': source })
  return run(id, { kind: 'command', command: `"${process.execPath}" program.mjs`, workspace }, options)
}

function run(
  id: string,
  program: ProgramSpec,
  { seed, only, captureIn, ...host }: Options,
): Promise<ExerciseResult> {
  return runCheck({ exercise: id, program, seed, only, captureIn }, { dist, ...host })
}

/** With the learner's file in TypeScript. */
export function existing(id: string): ExerciseEntry & { file: string } {
  const entry = exercise(id)
  if (!entry) throw new Error(`no exercise ${id}`)
  return { ...entry, file: trackOf(entry, 'typescript').file }
}

/**
 * A program of an exercise's folder, "python/other/echo.py", as it stands in a workspace, with its imports as they are there. A name without a
 * folder is that of a TypeScript program: "solution.ts".
 */
export async function source(id: string, name: string): Promise<string> {
  const file = `${existing(id).folder}/${name.includes('/') ? name : `typescript/${name}`}`
  return asInWorkspace(await readFile(path.join(root, 'labs', file), 'utf8'), file)
}

/** A workspace in which each exercise's file holds `name` of its folder. */
export const workspaceOf = async (name: string): Promise<string> =>
  folderWith(
    Object.fromEntries(
      await Promise.all(
        EXERCISES.map(async ({ id }) => [existing(id).file, await source(id, name)] as const),
      ),
    ),
  )

/** All that is known of a result, for the message of an assertion. */
export const shown = (result: ExerciseResult): string =>
  [
    `exercise ${result.exercise}, seed ${result.seed}: ${result.verdict} ${result.problem ?? ''}`,
    ...result.checks.map(c => `${c.verdict} ${c.id} (${c.ms} ms)\n${c.message ?? ''}`),
  ].join('\n')
