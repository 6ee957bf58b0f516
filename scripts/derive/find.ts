/** Finds the labs and exercises by their folders, and says what there does not belong there. */
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyExercise, LabDefinition } from '../../labs/exercise/define.ts'
import { LANGUAGES, LANGUAGE_NAMES, type Language } from '../../labs/languages.ts'

export interface FoundLab extends LabDefinition {
  lab: number
  /** Under labs/, such as "1-tcp". */
  folder: string
}

export interface FoundExercise extends AnyExercise {
  /** As in "1.3". */
  id: string
  lab: number
  /** Under labs/, such as "1-tcp/3-room". */
  folder: string
  languages: Language[]
}

export interface Found {
  labs: FoundLab[]
  exercises: FoundExercise[]
  /** What does not belong where it is, or is missing, each as a sentence. */
  problems: string[]
}

const NUMBERED = /^([1-9]\d?)-[a-z0-9]+(?:-[a-z0-9]+)*$/

/** Reads the folders under `root`/labs. Rejects when an exercise.ts or a lab.ts cannot be loaded. */
export async function findExercises(root: string): Promise<Found> {
  const problems: string[] = []
  const labs: FoundLab[] = []
  const exercises: FoundExercise[] = []
  const labsFolder = path.join(root, 'labs')
  for (const labFolder of numbered(labsFolder)) {
    const lab = Number.parseInt(labFolder, 10)
    const at = path.join(labsFolder, labFolder)
    if (!existsSync(path.join(at, 'lab.ts'))) {
      problems.push(`labs/${labFolder} has no lab.ts, which gives the lab its title.`)
      continue
    }
    labs.push({ ...(await load<LabDefinition>(path.join(at, 'lab.ts'))), lab, folder: labFolder })
    for (const name of readdirSync(at).sort()) {
      if (NUMBERED.test(name) || name === 'lab.ts' || name === 'shared') continue
      problems.push(
        `labs/${labFolder}/${name} does not belong there: a lab has lab.ts, shared/ and its exercises.`,
      )
    }
    for (const name of numbered(at)) {
      const folder = `${labFolder}/${name}`
      problems.push(...misplaced(at, folder))
      const file = path.join(at, name, 'exercise.ts')
      if (!existsSync(file)) continue
      const definition = await load<AnyExercise>(file)
      const languages = LANGUAGE_NAMES.filter(language =>
        existsSync(starterOf(path.join(at, name), language)),
      )
      exercises.push({ ...definition, id: `${lab}.${Number.parseInt(name, 10)}`, lab, folder, languages })
    }
  }
  problems.push(...inconsistent(exercises))
  return { labs, exercises, problems }
}

const load = async <T>(file: string): Promise<T> =>
  ((await import(pathToFileURL(file).href)) as { default: T }).default

/** Folders that begin with a number, in its order. */
function numbered(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && NUMBERED.test(entry.name))
    .map(({ name }) => name)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
}

const starterOf = (folder: string, language: Language) =>
  path.join(folder, language, `starter${LANGUAGES[language].ending}`)

const NEEDED = ['exercise.ts', 'README.md', 'hints.md', 'passed.md', 'checks/index.ts']

/** A path within the folder of an exercise that has a meaning. */
const KNOWN = new RegExp(
  [
    '(?:exercise\\.ts|README\\.md|hints\\.md|passed\\.md)',
    'checks/(?:[\\w-]+/)*[\\w-]+\\.(?:ts|json)',
    ...LANGUAGE_NAMES.map(
      name =>
        `${name}/(?:(?:starter|solution)\\${LANGUAGES[name].ending}|mistakes\\.ts|(?:other|wrong)/[\\w-]+\\${LANGUAGES[name].ending})`,
    ),
  ]
    .map(pattern => `^${pattern}$`)
    .join('|'),
)

function misplaced(labFolder: string, folder: string): string[] {
  const at = path.join(path.dirname(labFolder), folder)
  const files = readdirSync(at, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(at, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort()
  const needed = [...NEEDED]
  for (const language of LANGUAGE_NAMES) {
    const { ending } = LANGUAGES[language]
    const has = (name: string) => files.includes(`${language}/${name}${ending}`)
    if (has('starter') || has('solution'))
      needed.push(`${language}/starter${ending}`, `${language}/solution${ending}`)
  }
  return [
    ...needed.filter(name => !files.includes(name)).map(name => `labs/${folder} has no ${name}.`),
    ...files
      .filter(name => !KNOWN.test(name))
      .map(
        name => `labs/${folder}/${name} does not belong there: see "Adding an exercise" in CONTRIBUTING.md.`,
      ),
  ]
}

function inconsistent(exercises: readonly FoundExercise[]): string[] {
  const problems: string[] = []
  const ids = exercises.map(({ id }) => id)
  for (const [i, { id, folder, languages, buildsOn, comesNext }] of exercises.entries()) {
    if (ids.indexOf(id) !== i) problems.push(`labs/${folder}: ${id} is there twice.`)
    if (languages.length === 0)
      problems.push(
        `labs/${folder} has no track: a starter and a solution in typescript/ or another language.`,
      )
    for (const earlier of buildsOn) {
      if (!ids.slice(0, i).includes(earlier)) {
        problems.push(`labs/${folder}/exercise.ts builds on ${earlier}, which is not an earlier exercise.`)
      }
    }
    if (i > 0 && !comesNext?.includes('{exercise}')) {
      problems.push(
        `labs/${folder}/exercise.ts: comesNext must say what comes after ${ids[i - 1]}, with {exercise} for its own name.`,
      )
    }
  }
  return problems
}
