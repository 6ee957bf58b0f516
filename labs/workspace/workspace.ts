/**
 * The learner's workspace: which files it holds, and writing them without ever losing what a learner wrote.
 *
 *     const pack = await loadPack(dist)
 *     const plan = await planWorkspace(pack, dir)
 *     const differing = plan.filter(file => file.state === 'differs' && file.owner === 'learner')
 *     await writeWorkspace(dir, plan, { overwrite: [] })          // or the paths that the learner agreed to
 *
 * `dir` is an absolute path; paths of files are relative to it, with forward slashes.
 */
import path from 'node:path'
import { EXERCISES, exercise, type ExerciseEntry } from '../catalogue.ts'
import { overwrite, readText, replaceFile } from './backup.ts'
import { textOf, type LabsPack } from '../pack.ts'
import { contentHash } from '../progress/progress.ts'

export interface PlannedFile {
  path: string
  content: string
  /** 'same' also when only the line ends differ, as after a git checkout on Windows. */
  state: 'missing' | 'same' | 'differs'
  /** What is under .p2plab/ is the product's and is replaced without asking; all else is the learner's. */
  owner: 'learner' | 'product'
}

/** Looks at `dir`, which need not exist, and changes nothing. */
export function planWorkspace(pack: LabsPack, dir: string): Promise<PlannedFile[]> {
  const files = [...Object.entries(pack.files), ...EXERCISES.flatMap(entry => filesOf(pack, entry))]
  return Promise.all(
    files.map(async ([name, content]) => {
      const there = await readText(path.join(dir, name))
      const state = there === undefined ? 'missing' : sameText(there, content) ? 'same' : 'differs'
      return { path: name, content, state, owner: name.startsWith('.p2plab/') ? 'product' : 'learner' }
    }),
  )
}

const filesOf = (pack: LabsPack, { id, file }: ExerciseEntry): [string, string][] => [
  [file, textOf(pack, id).starter],
  [textFileOf(file), textOf(pack, id).readme],
]

/** The exercise's text in the workspace, beside the learner's file: 1-tcp/1-echo.md. */
export const textFileOf = (file: string): string => file.replace(/\.ts$/, '.md')

export interface Written {
  /** Files that were not there, or were the product's own. */
  written: string[]
  /** Files that were overwritten, with the copy of what was there. */
  overwritten: { path: string; kept: string }[]
  /** Files of the learner that differ and were left as they are. */
  left: string[]
}

/**
 * Writes what is missing. A learner's file that differs is overwritten only when `overwrite` names it, and a copy
 * is kept (see backup.ts). Rejects with the file system's error; what was written until then stays.
 */
export async function writeWorkspace(
  dir: string,
  plan: readonly PlannedFile[],
  options: { overwrite: readonly string[] },
): Promise<Written> {
  const result: Written = { written: [], overwritten: [], left: [] }
  for (const { path: name, content, state, owner } of plan) {
    if (state === 'same') continue
    if (state === 'missing' || owner === 'product') {
      // Planned as missing: should it have come into being meanwhile, it is not ours to replace.
      const appeared = owner === 'learner' && (await readText(path.join(dir, name))) !== undefined
      if (appeared) result.left.push(name)
      else {
        await replaceFile(path.join(dir, name), content)
        result.written.push(name)
      }
    } else if (options.overwrite.includes(name)) {
      const { kept } = await overwrite(dir, name, content)
      if (kept === undefined) result.written.push(name)
      else result.overwritten.push({ path: name, kept })
    } else {
      result.left.push(name)
    }
  }
  return result
}

export interface Reset {
  /** The copy of what was there, as a path in the workspace, if there was something. */
  kept?: string
  /** The file was the starter already: nothing was done. */
  untouched?: true
}

/** Puts the starter back. */
export async function resetExercise(pack: LabsPack, dir: string, id: string): Promise<Reset> {
  const { file } = existing(id)
  const there = await readText(path.join(dir, file))
  if (fileState(pack, id, there) === 'untouched') return { untouched: true }
  return await overwrite(dir, file, textOf(pack, id).starter)
}

/** 'untouched': the starter. 'reference': the solution to the letter. 'own': the learner's work. */
export type FileState = 'missing' | 'untouched' | 'reference' | 'own'

/** What an exercise's file holds: `text` is undefined when there is none. Line ends make no difference. */
export function fileState(pack: LabsPack, id: string, text: string | undefined): FileState {
  if (text === undefined) return 'missing'
  const { starter, solution } = textOf(pack, id)
  if (sameText(text, starter)) return 'untouched'
  return sameText(text, solution) ? 'reference' : 'own'
}

export interface EarlierFile {
  exercise: string
  path: string
  state: FileState
}

export interface CatchUpOptions {
  /** The exercise itself is one of those to fill. */
  including?: boolean
}

/** The files of all exercises before `id`, of the labs before, too: later exercises import what earlier ones built. Changes nothing. */
export function planCatchUp(
  pack: LabsPack,
  dir: string,
  id: string,
  { including = false }: CatchUpOptions = {},
): Promise<EarlierFile[]> {
  const before = EXERCISES.slice(0, EXERCISES.indexOf(existing(id)) + (including ? 1 : 0))
  return Promise.all(
    before.map(async ({ id: exercise, file }) => {
      const there = await readText(path.join(dir, file))
      return { exercise, path: file, state: fileState(pack, exercise, there) }
    }),
  )
}

/**
 * Fills the files of all exercises before `id` with the reference, so that a learner can start anywhere: those that are
 * missing or untouched, and of the learner's own those of the exercises in `replace`, of which a copy is kept. `note` is
 * told of each file as soon as it is filled, with the hash of what is in it. Resolves to what was filled.
 */
export async function catchUp(
  pack: LabsPack,
  dir: string,
  id: string,
  {
    replace = [],
    note,
    ...options
  }: CatchUpOptions & {
    replace?: readonly string[]
    note?: (exercise: string, content: string) => Promise<void>
  } = {},
): Promise<{ exercise: string; path: string; kept?: string }[]> {
  const filled: { exercise: string; path: string; kept?: string }[] = []
  for (const { exercise, path: file, state } of await planCatchUp(pack, dir, id, options)) {
    if (state === 'reference' || (state === 'own' && !replace.includes(exercise))) continue
    const { solution } = textOf(pack, exercise)
    const there = await readText(path.join(dir, file))
    // Saved since the plan was made: it is the learner's own now.
    const now = fileState(pack, exercise, there)
    if (now === 'own' && !replace.includes(exercise)) continue
    let kept: string | undefined
    // Of a starter there is nothing to keep.
    if (now === 'own') kept = (await overwrite(dir, file, solution)).kept
    else await replaceFile(path.join(dir, file), solution)
    await note?.(exercise, contentHash(solution))
    filled.push({ exercise, path: file, ...(kept !== undefined && { kept }) })
  }
  return filled
}

/** The reference solution, as TypeScript text. */
export const solution = (pack: LabsPack, id: string): string => textOf(pack, id).solution

/** Three hints in Markdown, each giving more away. */
export const hints = (pack: LabsPack, id: string): readonly string[] => textOf(pack, id).hints

/** The exercise's text in Markdown. */
export const readme = (pack: LabsPack, id: string): string => textOf(pack, id).readme

/** What to tell a learner who passed the exercise: two short paragraphs of Markdown. */
export const passedText = (pack: LabsPack, id: string): string => textOf(pack, id).passed

function existing(id: string): ExerciseEntry {
  const entry = exercise(id)
  if (!entry) throw new Error(`There is no exercise "${id}".`)
  return entry
}

const sameText = (a: string, b: string) => a.replaceAll('\r\n', '\n') === b.replaceAll('\r\n', '\n')
