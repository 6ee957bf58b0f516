/**
 * The programs in an exercise's folder that show what its checks are worth, and running them: the starter, the solution,
 * correct ones that are written in another way, and wrong ones. The tests, `npm run matrix` and the soak share this.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { EXERCISES } from '../../labs/catalogue.ts'
import { runCheck } from '../../labs/check/client.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { checkFile, dist, existing, folderWith, root, source } from './labs.ts'
import { python } from './python.ts'

export interface Caught {
  /** The id of the check that must fail. */
  check: string
  /** What its message must contain: one of these, where it depends on who is faster, or on the seed. */
  phrases: readonly string[]
}

export interface Program {
  exercise: string
  kind: 'starter' | 'solution' | 'other' | 'wrong'
  /** In the exercise's folder, with forward slashes: "wrong/decodes-utf8.ts". */
  file: string
  /** Without folder and ending: "decodes-utf8". */
  name: string
  /** Of wrong programs only. */
  caught?: Caught
}

/** All programs of an exercise. Throws when a wrong one does not say by which check it is caught. */
export function programsOf(exercise: string, kind?: Program['kind']): Program[] {
  const all: Program[] = [
    { exercise, kind: 'starter', file: 'starter.ts', name: 'starter' },
    { exercise, kind: 'solution', file: 'solution.ts', name: 'solution' },
    ...inFolder(exercise, 'other'),
    ...inFolder(exercise, 'wrong').map(program => ({ ...program, caught: caughtBy(program) })),
  ]
  return all.filter(program => kind === undefined || program.kind === kind)
}

/** None where there is no such folder. */
function inFolder(exercise: string, kind: 'other' | 'wrong'): Program[] {
  const folder = path.join(root, 'labs', existing(exercise).folder, kind)
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  return files.map(file => ({ exercise, kind, file: `${kind}/${file}`, name: path.parse(file).name }))
}

/** What the first lines of a wrong program say: the check that must catch it, and a phrase of that check's message, or "one | another". */
function caughtBy({ exercise, file }: Program): Caught {
  const { folder, checks } = existing(exercise)
  const text = readFileSync(path.join(root, 'labs', folder, file), 'utf8')
  const check = /^\/\/ caught by: (\S+)$/m.exec(text)?.[1]
  const phrase = /^\/\/ says: (.+)$/m.exec(text)?.[1]
  if (phrase === undefined || !checks.some(({ id }) => id === check)) {
    throw new Error(`${folder}/${file} must name the check that catches it, and a phrase of its message.`)
  }
  return { check: check!, phrases: phrase.split(' | ') }
}

/** Why the program cannot be run on this machine, as a sentence; undefined when it can. */
export const cannotRun = ({ file }: Program): string | undefined =>
  file.endsWith('.py') && python() === undefined
    ? `${file} is left out: there is no Python 3.9 or newer on this machine.`
    : undefined

/**
 * Runs the program against the checks (`only`: ids of some), in a new workspace whose earlier exercises are solved
 * (removeFolders of labs.ts removes it).
 */
export async function runProgram(
  program: Program,
  options: { seed?: number; only?: string[] } = {},
): Promise<ExerciseResult> {
  const { exercise, file } = program
  if (file.endsWith('.py')) return runPython(program, options)
  const files = await filesBefore(exercise)
  files[existing(exercise).file] = await source(exercise, file)
  return checkFile(exercise, await folderWith(files), options)
}

async function runPython(
  { exercise, file }: Program,
  options: { seed?: number; only?: string[] },
): Promise<ExerciseResult> {
  const command = `${python()} "${path.join(root, 'labs', existing(exercise).folder, file)}"`
  const workspace = await folderWith()
  return runCheck({ exercise, program: { kind: 'command', command, workspace }, ...options }, { dist })
}

/** The solutions of the earlier exercises, which later ones import. */
async function filesBefore(id: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const entry of EXERCISES) {
    if (entry.id === id) break
    files[entry.file] = await source(entry.id, 'solution.ts')
  }
  return files
}

/** What keeps a wrong program from being caught as it says, as a sentence; undefined when it is. */
export function escaped(result: ExerciseResult, { check, phrases }: Caught): string | undefined {
  const judged = result.checks.find(({ id }) => id === check)
  if (!judged) return `the check ${check} did not run: ${result.problem ?? 'nobody says why'}`
  if (judged.verdict !== 'fail') return `${check} must fail, and says ${judged.verdict}`
  if (phrases.some(phrase => judged.message?.includes(phrase))) return undefined
  return `${check} fails, but does not say "${phrases.join('" or "')}"`
}
