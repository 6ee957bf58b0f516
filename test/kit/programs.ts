/**
 * The programs in an exercise's folder that show what its checks are worth, and running them: the starter, the solution,
 * correct ones that are written in another way, and wrong ones. The tests, `npm run matrix` and the soak share this.
 */
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { EXERCISES } from '../../labs/catalogue.ts'
import { runCheck } from '../../labs/check/client.ts'
import type { ExerciseResult } from '../../labs/check/protocol.ts'
import { withMistake, type Mistakes } from '../../labs/exercise/mistakes.ts'
import { LANGUAGES, LANGUAGE_NAMES, type Language } from '../../labs/languages.ts'
import { checkFile, dist, existing, folderWith, root, source } from './labs.ts'
import { python } from './python.ts'

export interface Caught {
  /** The id of the check that must fail. */
  check: string
  /** What its message must contain: one of these, where it depends on who is faster, or on the seed. */
  phrases: readonly string[]
  /** A naive check lets it pass. */
  naive: boolean
}

export interface Program {
  exercise: string
  kind: 'starter' | 'solution' | 'other' | 'wrong'
  language: Language
  /** "solution"; of the others what they are called: "decodes-utf8". */
  name: string
  /** As it stands in a workspace, with its imports as they are there. */
  text: string
  /** Of wrong programs only. */
  caught?: Caught
}

/** All programs of an exercise. Rejects when a wrong one cannot be made, or names a check that is none. */
export async function programsOf(exercise: string, kind?: Program['kind']): Promise<Program[]> {
  const { tracks } = existing(exercise)
  const programs: Program[] = []
  for (const language of LANGUAGE_NAMES) {
    const { ending } = LANGUAGES[language]
    const read = (name: string) => source(exercise, `${language}/${name}${ending}`)
    const program = async (kind: Program['kind'], name: string, file = name): Promise<Program> => ({
      exercise,
      kind,
      language,
      name,
      text: await read(file),
    })
    if (tracks.includes(language)) {
      programs.push(await program('starter', 'starter'), await program('solution', 'solution'))
    }
    for (const name of namesIn(exercise, `${language}/other`)) {
      programs.push(await program('other', name, `other/${name}`))
    }
    programs.push(...(await wrong(exercise, language, read)))
  }
  return programs.filter(program => kind === undefined || program.kind === kind)
}

/** Names without their endings; none where there is no such folder. */
function namesIn(exercise: string, folder: string): string[] {
  const at = path.join(root, 'labs', existing(exercise).folder, folder)
  return existsSync(at)
    ? readdirSync(at)
        .sort()
        .map(name => path.parse(name).name)
    : []
}

/** The wrong programs by name, as mistakes.ts has them; none where there is no such file. */
export async function mistakesOf(exercise: string, language: Language): Promise<Mistakes> {
  const file = path.join(root, 'labs', existing(exercise).folder, language, 'mistakes.ts')
  if (!existsSync(file)) return {}
  return ((await import(pathToFileURL(file).href)) as { default: Mistakes }).default
}

async function wrong(
  exercise: string,
  language: Language,
  read: (name: string) => Promise<string>,
): Promise<Program[]> {
  const { checks } = existing(exercise)
  const mistakes = await mistakesOf(exercise, language)
  const unnamed = namesIn(exercise, `${language}/wrong`).find(name => !mistakes[name]?.file)
  if (unnamed !== undefined) throw new Error(`${exercise}: wrong/${unnamed} has no entry in mistakes.ts.`)
  return Promise.all(
    Object.entries(mistakes).map(
      async ([name, { caughtBy, says, naive = false, file, edits, in: base = 'solution' }]) => {
        if (!checks.some(({ id }) => id === caughtBy)) {
          throw new Error(`${exercise}: ${name} is caught by ${caughtBy}, which is no check of the exercise.`)
        }
        const at = file ? `wrong/${name}` : base === 'solution' ? base : `other/${base}`
        const text = withMistake(await read(at), edits ?? [])
        const caught = { check: caughtBy, phrases: typeof says === 'string' ? [says] : says, naive }
        return { exercise, kind: 'wrong', language, name, text, caught } as const
      },
    ),
  )
}

/** The text of a wrong program in TypeScript, for a workspace. */
export async function wrongProgram(exercise: string, name: string): Promise<string> {
  const program = (await programsOf(exercise, 'wrong')).find(program => program.name === name)
  if (!program) throw new Error(`${exercise} has no wrong program ${name}`)
  return program.text
}

/** Why the program cannot be run on this machine, as a sentence; undefined when it can. */
export const cannotRun = ({ language, name }: Program): string | undefined =>
  language === 'python' && python() === undefined
    ? `${name} is left out: there is no Python 3.9 or newer on this machine.`
    : undefined

/**
 * Runs the program against the checks (`only`: ids of some), in a new workspace whose earlier exercises are solved
 * (removeFolders of labs.ts removes it).
 */
export async function runProgram(
  program: Program,
  options: Parameters<typeof checkFile>[2] = {},
): Promise<ExerciseResult> {
  const { exercise, language, text } = program
  if (language === 'python') return runPython(program, options)
  const files = await filesBefore(exercise)
  files[existing(exercise).file] = text
  return checkFile(exercise, await folderWith(files), options)
}

async function runPython(
  { exercise, text }: Program,
  { seed, only, captureIn, ...host }: NonNullable<Parameters<typeof checkFile>[2]>,
): Promise<ExerciseResult> {
  const workspace = await folderWith({ 'program.py': text })
  const command = `${python()} program.py`
  const request = {
    exercise,
    program: { kind: 'command', command, workspace } as const,
    seed,
    only,
    captureIn,
  }
  return runCheck(request, { dist, ...host })
}

/** The solutions of the earlier exercises, which later ones import. */
async function filesBefore(id: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const { id: earlier } of EXERCISES) {
    if (earlier === id) break
    files[existing(earlier).file] = await source(earlier, 'solution.ts')
  }
  return files
}

/** What keeps a wrong program from being caught as it says, as a sentence; undefined when it is. */
export function escaped(result: ExerciseResult, { check, phrases }: Caught): string | undefined {
  const judged = result.checks.find(({ id }) => id === check)
  if (!judged) return `the check ${check} did not run: ${result.problem ?? 'nobody says why'}`
  if (judged.verdict !== 'fail') return `${check} must fail, and says ${judged.verdict}`
  const broken = result.checks.find(({ verdict }) => verdict === 'error')
  if (broken) return `${broken.id} must pass or fail, and broke: ${broken.message}`
  if (phrases.some(phrase => judged.message?.includes(phrase))) return undefined
  return `${check} fails, but does not say "${phrases.join('" or "')}"`
}
