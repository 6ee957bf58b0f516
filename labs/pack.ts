/**
 * The content pack, dist/labs.json: all texts of the labs and all files of a lab workspace, in one file, because a
 * VSIX of many small files is slow to install. scripts/pack-labs.mjs writes it.
 */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { LANGUAGES, LANGUAGE_NAMES, type Language } from './languages.ts'

/** As they stand in a workspace. */
const programs = v.object({ starter: v.string(), solution: v.string() })
type Programs = v.InferOutput<typeof programs>

const exerciseText = v.object({
  /** Markdown: why, the task, the contract, common mistakes, further reading. */
  readme: v.string(),
  /** Three, each giving more away. Markdown. */
  hints: v.array(v.string()),
  /** Markdown, two short paragraphs for a learner who passed: what the checks have shown, and what comes next. */
  passed: v.string(),
  /** One for each track. */
  programs: v.record(v.picklist(LANGUAGE_NAMES), programs),
})
export type ExerciseText = v.InferOutput<typeof exerciseText>

const labsPack = v.object({
  version: v.literal(1),
  /** By exercise id. */
  exercises: v.record(v.string(), exerciseText),
  /** The other files of a workspace by path, with forward slashes. */
  files: v.record(v.pipe(v.string(), v.regex(/^(?!.*(?:^|\/)\.\.(?:\/|$))[\w.@-][\w.@/-]*$/)), v.string()),
})
export type LabsPack = v.InferOutput<typeof labsPack>

/** The pack, or undefined when `value` is none. Never throws. */
export function parsePack(value: unknown): LabsPack | undefined {
  const result = v.safeParse(labsPack, value)
  return result.success ? result.output : undefined
}

/** Reads the pack from the folder of the bundles. Rejects with one sentence when it is not there or broken. */
export async function loadPack(dist: string): Promise<LabsPack> {
  const file = path.join(dist, 'labs.json')
  let pack: LabsPack | undefined
  try {
    pack = parsePack(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    // Missing or no JSON: the sentence below says what to do about either.
  }
  if (!pack) throw new Error(`Could not read the lab texts in ${file}. Reinstall P2P Lab.`)
  return pack
}

/** The starter and the solution of an exercise in a language; throws when it has no such track. */
export function programsOf(pack: LabsPack, id: string, language: Language): Programs {
  const found = textOf(pack, id).programs[language]
  if (!found) throw new Error(`Exercise "${id}" has no track in ${LANGUAGES[language].title}.`)
  return found
}

/** The text of an exercise; throws when there is no such exercise. */
export function textOf(pack: LabsPack, id: string): ExerciseText {
  const text = Object.hasOwn(pack.exercises, id) ? pack.exercises[id] : undefined
  if (!text) throw new Error(`There is no exercise "${id}".`)
  return text
}
