/**
 * What follows from the exercises' folders: the catalogue, the loaders of the checks, the packages that a learner can import, and the
 * tables of the texts.
 *
 *     node scripts/derive/main.ts           writes what is stale
 *     node scripts/derive/main.ts --check   says what is stale or does not belong there, and ends with 1
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { derivedCode } from './code.ts'
import { findExercises } from './find.ts'
import { derivedTexts } from './texts.ts'

export interface Derived {
  /** Files that were not as they should be, from the root; they are written unless `check` is set. */
  stale: string[]
  /** What only a person can put right, each as a sentence. */
  problems: string[]
}

export async function derive(root: string, { check = false } = {}): Promise<Derived> {
  const found = await findExercises(root)
  const files = derivedCode(found)
  const problems = [...found.problems]
  try {
    for (const [name, text] of await derivedTexts(root, found)) files.set(name, text)
  } catch (error) {
    problems.push((error as Error).message)
  }
  const stale: string[] = []
  for (const [name, text] of files) {
    const file = path.join(root, name)
    const there = await readFile(file, 'utf8').catch(() => undefined)
    // A checkout on Windows may have other line ends.
    if (there?.replaceAll('\r\n', '\n') === text) continue
    stale.push(name)
    if (check) continue
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  return { stale, problems }
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const { stale, problems } = await derive(path.resolve(import.meta.dirname, '../..'), { check })
  for (const problem of problems) console.error(problem)
  for (const name of stale) console.error(check ? `${name} is stale: run npm run build.` : `${name}: written`)
  process.exitCode = problems.length > 0 || (check && stale.length > 0) ? 1 : 0
}
