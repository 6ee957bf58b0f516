/** Writes the programs as files, for reading: most of the wrong ones exist only as an edit of a correct one. */
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { LANGUAGES } from '../../labs/languages.ts'
import type { Program } from '../../test/kit/programs.ts'

/** DIR/1.1/wrong/decodes-utf8.ts and so on; files that are there are replaced. Resolves to the exit status. */
export async function writePrograms(dir: string, programs: readonly Program[]): Promise<number> {
  for (const { exercise, kind, language, name, text } of programs) {
    const folder = path.join(dir, exercise, kind === name ? '' : kind)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, `${name}${LANGUAGES[language].ending}`), text)
  }
  console.log(`${programs.length} programs are in ${path.resolve(dir)}.`)
  return 0
}
