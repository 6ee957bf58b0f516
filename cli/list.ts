/** `p2plab list`: the exercises, and in a lab workspace how they stand. */
import { EXERCISES, LABS, type ExerciseEntry } from '../labs/catalogue.ts'
import { loadPack } from '../labs/pack.ts'
import { standings, type ExerciseStanding } from '../labs/report/standings.ts'
import { titleUnlessTypeScript, trackOf } from '../labs/workspace/track.ts'
import { PROGRESS_FILE, readProgress } from '../labs/progress/file.ts'
import { progressProblem, STANDINGS } from '../labs/report/text.ts'
import { EXIT, type Command } from './command.ts'
import { dist } from './installation.ts'
import { labWorkspaceIfAny, workspaceOption } from './workspace-option.ts'

export const list: Command = {
  name: 'list',
  summary: 'List the exercises and, in a lab workspace, your progress.',
  usage: 'list [--workspace DIR] [--json]',
  options: {
    ...workspaceOption,
    json: { type: 'boolean', description: 'Print one JSON array and nothing else.' },
  },
  async run({ values }) {
    const dir = await labWorkspaceIfAny(values)
    const all = dir === undefined ? undefined : await standings(await loadPack(dist), dir)
    const progress = all ? `\n${progressWords(all)}\n` : ''
    const problem = dir === undefined ? undefined : progressProblem((await readProgress(dir)).state)
    if (problem !== undefined) process.stderr.write(`${PROGRESS_FILE}: ${problem}.\n`)
    process.stdout.write(values['json'] ? asJson(all) : `${listText(all)}${progress}`)
    return EXIT.pass
  },
}

const of = (all: readonly ExerciseStanding[] | undefined, { id }: ExerciseEntry) =>
  all?.find(({ entry }) => entry.id === id)

const asJson = (all: readonly ExerciseStanding[] | undefined) =>
  `${JSON.stringify(
    EXERCISES.map(entry => {
      const { id, title, lab, tracks, checks } = entry
      const labTitle = LABS.find(l => l.lab === lab)?.title
      const standing = of(all, entry)
      const { language, file } = standing?.track ?? trackOf(entry, 'typescript')
      const other = language !== 'typescript' && { language }
      const progress = standing && {
        state: standing.state,
        fileState: standing.file,
        passed: standing.passed,
        checks: checks.length,
      }
      return { id, title, lab, labTitle, tracks, file, ...other, ...progress }
    }),
  )}\n`

/** Without `all` there is no workspace, and only the exercises are listed. `current`: the id of the one that is marked. */
export function listText(all: readonly ExerciseStanding[] | undefined, current?: string): string {
  const width = Math.max(0, ...EXERCISES.map(e => e.title.length))
  const idWidth = Math.max(0, ...EXERCISES.map(e => e.id.length))
  // In a workspace each exercise is done in one language, which is said where it is not TypeScript.
  const languageIn = (standing: ExerciseStanding) => titleUnlessTypeScript(standing.track.language) ?? ''
  const languages = Math.max(0, ...(all ?? []).map(standing => languageIn(standing).length))
  const labs = LABS.map(({ lab, title }) => {
    const rows = EXERCISES.filter(e => e.lab === lab).map(entry => {
      const { id, title, tracks } = entry
      const standing = of(all, entry)
      const language = standing && languages > 0 ? `${languageIn(standing).padEnd(languages)}  ` : ''
      const how = standing ? `${language}${words(standing)}` : tracks.join(', ')
      return `${id === current ? '>' : ' '} ${id.padEnd(idWidth)}  ${title.padEnd(width)}  ${how}\n`
    })
    return `Lab ${lab}: ${title}\n${rows.join('')}`
  })
  return labs.join('\n')
}

function words({ entry, state, file, passed }: ExerciseStanding): string {
  const { mark, words } = STANDINGS[state]
  const checks =
    state === 'failed' || state === 'unclear' ? `; ${passed} of ${entry.checks.length} checks` : ''
  return `${mark} ${words}${checks}${file === 'missing' ? '; the file is missing' : ''}`
}

/** "2 of 8 exercises passed." */
export function progressWords(all: readonly ExerciseStanding[]): string {
  const passed = all.filter(({ state }) => state === 'passed').length
  return `${passed} of ${all.length} exercises passed.`
}
