/** The tables in Markdown that are derived from the exercises' folders. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { contractTable } from '../../labs/exercise/contract.ts'
import type { Found, FoundExercise } from './find.ts'
import { textFileOf, trackOf } from '../../labs/workspace/track.ts'

const LISTS = {
  'README.md': readmeTable,
  'labs/workspace/template/README.md': workspaceTable,
}

/** Paths from the root, with what belongs in them. Rejects with a sentence where the place of a table is missing. */
export async function derivedTexts(root: string, { labs, exercises }: Found): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  const read = (name: string) => readFile(path.join(root, name), 'utf8')
  for (const exercise of exercises) {
    const name = `labs/${exercise.folder}/README.md`
    texts.set(name, withContract(name, await read(name), exercise))
  }
  for (const [name, table] of Object.entries(LISTS)) {
    texts.set(name, withTables(name, await read(name), table({ labs, exercises })))
  }
  return texts
}

/** The tables under "## Contract" are replaced, or put there. */
function withContract(name: string, text: string, { ops, events }: FoundExercise): string {
  const found = /^## Contract\n\n(?:(?:\|.*\n)+(?:\n(?=\|))?)*/m.exec(text)
  if (!found) throw new Error(`${name} has no part "## Contract": its table is derived from exercise.ts.`)
  const hasTable = found[0].includes('|')
  return text.replace(
    found[0],
    () => `## Contract\n\n${contractTable(ops, events).join('\n')}\n${hasTable ? '' : '\n'}`,
  )
}

const BEGIN = '<!-- exercises: derived from labs/ -->'
const END = '<!-- end of exercises -->'

function withTables(name: string, text: string, tables: string): string {
  const [before, rest] = text.split(`${BEGIN}\n`)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) {
    throw new Error(
      `${name} must have a line "${BEGIN}" and one "${END}": the exercises are listed between them.`,
    )
  }
  return `${before}${BEGIN}\n\n${tables}\n${END}${after}`
}

type Lists = Pick<Found, 'labs' | 'exercises'>

function readmeTable(found: Lists): string {
  return perLab(found, '| | exercise | you build |', '| --- | --- | --- |', ({ id, title, builds }) =>
    [id, title, builds].join(' | '),
  )
}

function workspaceTable(found: Lists): string {
  return perLab(found, '| exercise | your code | guide |', '| --- | --- | --- |', exercise => {
    const { id, title, folder, languages: tracks } = exercise
    // A workspace in another language has its own files there (labs/workspace/workspace.ts).
    const [code, text] = [trackOf({ folder, tracks }, 'typescript').file, textFileOf({ folder })]
    return [`${id} ${title}`, `[${code}](${code})`, `[${text}](${text})`].join(' | ')
  })
}

const perLab = (
  { labs, exercises }: Lists,
  head: string,
  rule: string,
  row: (exercise: FoundExercise) => string,
): string =>
  labs
    .filter(({ lab }) => exercises.some(e => e.lab === lab))
    .map(({ lab, title }) => {
      const rows = exercises.filter(e => e.lab === lab).map(exercise => `| ${row(exercise)} |`)
      return `### Lab ${lab}: ${title}\n\n${[head, rule, ...rows].join('\n')}\n`
    })
    .join('\n')
