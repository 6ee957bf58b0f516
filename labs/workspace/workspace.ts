/**
 * The learner's workspace: which files it holds, and writing them without ever losing what a learner wrote.
 *
 *     const pack = await loadPack(dist)
 *     const plan = await planWorkspace(pack, dir)
 *     const differing = plan.filter(file => file.state === 'differs' && file.owner === 'learner')
 *     await writeWorkspace(dir, plan, { overwrite: [] })          // or the paths that the learner agreed to
 *
 * `dir` is an absolute path; paths of files are relative to it, with forward slashes. Which track of an exercise counts there, its language
 * says (language.ts): where that cannot be read, what takes `dir` rejects with UnknownLanguage and does nothing.
 */
import path from 'node:path'
import { EXERCISES, exercise, type ExerciseEntry } from '../catalogue.ts'
import { overwrite, readText, replaceFile } from './backup.ts'
import type { Language } from '../languages.ts'
import { programsOf, textOf, type LabsPack } from '../pack.ts'
import { contentHash } from '../progress/progress.ts'
import { languageOf, WORKSPACE_FILE, workspaceFileText } from './language.ts'
import { textIn } from './texts.ts'
import { textFileOf, trackOf } from './track.ts'

export interface PlannedFile {
  path: string
  content: string
  /** 'same' also when only the line ends differ, as after a git checkout on Windows. */
  state: 'missing' | 'same' | 'differs'
  /** What is under .p2plab/ is the product's and is replaced without asking; all else is the learner's. */
  owner: 'learner' | 'product'
}

/** Looks at `dir`, which need not exist, and changes nothing. `language` is for a new workspace; left out: the one that `dir` has. */
export async function planWorkspace(
  pack: LabsPack,
  dir: string,
  language?: Language,
): Promise<PlannedFile[]> {
  const own = language ?? (await languageOf(dir))
  const said = workspaceFileText(own)
  const files = [
    // First, so that a workspace of which only a part could be written is not taken for one in TypeScript. One that is there may say more.
    ...(said !== undefined && (await readText(path.join(dir, WORKSPACE_FILE))) === undefined
      ? [[WORKSPACE_FILE, said] as const]
      : []),
    ...Object.entries(pack.files).map(
      ([name, content]) => [name, name.endsWith('.md') ? textIn(content, own) : content] as const,
    ),
    ...EXERCISES.flatMap(entry => filesOf(pack, entry, own)),
  ]
  return Promise.all(
    files.map(async ([name, content]) => {
      const there = await readText(path.join(dir, name))
      const state = there === undefined ? 'missing' : sameText(there, content) ? 'same' : 'differs'
      return { path: name, content, state, owner: name.startsWith('.p2plab/') ? 'product' : 'learner' }
    }),
  )
}

function filesOf(pack: LabsPack, entry: ExerciseEntry, own: Language): [string, string][] {
  const { language, file } = trackOf(entry, own)
  return [
    [file, programsOf(pack, entry.id, language).starter],
    [textFileOf(entry), textIn(textOf(pack, entry.id).readme, own)],
  ]
}

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
  const { language, file } = trackOf(existing(id), await languageOf(dir))
  const there = await readText(path.join(dir, file))
  if (fileState(pack, id, language, there) === 'untouched') return { untouched: true }
  return await overwrite(dir, file, programsOf(pack, id, language).starter)
}

/** 'untouched': the starter. 'reference': the solution to the letter. 'own': the learner's work. */
export type FileState = 'missing' | 'untouched' | 'reference' | 'own'

/** What an exercise's file in the track of `language` holds: `text` is undefined when there is none. Line ends make no difference. */
export function fileState(
  pack: LabsPack,
  id: string,
  language: Language,
  text: string | undefined,
): FileState {
  if (text === undefined) return 'missing'
  const { starter, solution } = programsOf(pack, id, language)
  if (sameText(text, starter)) return 'untouched'
  return sameText(text, solution) ? 'reference' : 'own'
}

export interface EarlierFile {
  exercise: string
  language: Language
  path: string
  state: FileState
}

export interface CatchUpOptions {
  /** The exercise itself is one of those to fill. */
  including?: boolean
}

/** The files of all exercises before `id`, of the labs before, too: later exercises import what earlier ones built. Changes nothing. */
export async function planCatchUp(
  pack: LabsPack,
  dir: string,
  id: string,
  { including = false }: CatchUpOptions = {},
): Promise<EarlierFile[]> {
  const before = EXERCISES.slice(0, EXERCISES.indexOf(existing(id)) + (including ? 1 : 0))
  const own = await languageOf(dir)
  return Promise.all(
    before.map(async entry => {
      const { language, file } = trackOf(entry, own)
      const there = await readText(path.join(dir, file))
      return { exercise: entry.id, language, path: file, state: fileState(pack, entry.id, language, there) }
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
  for (const { exercise, language, path: file, state } of await planCatchUp(pack, dir, id, options)) {
    if (state === 'reference' || (state === 'own' && !replace.includes(exercise))) continue
    const { solution } = programsOf(pack, exercise, language)
    const there = await readText(path.join(dir, file))
    // Saved since the plan was made: it is the learner's own now.
    const now = fileState(pack, exercise, language, there)
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

/** The reference solution in the track of `language`, as it stands in a workspace. */
export const solution = (pack: LabsPack, id: string, language: Language): string =>
  programsOf(pack, id, language).solution

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
