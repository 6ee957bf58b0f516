/** A report as text for a terminal and as Markdown for handing in. English, like the exercises' texts. */
import path from 'node:path'
import type { Standing } from '../progress/progress.ts'
import { titleUnlessTypeScript } from '../workspace/track.ts'
import { count, type ExerciseReport, type WorkspaceReport } from './report.ts'

/** A mark and words: never one without the other in a legend. */
export const STANDINGS: Readonly<Record<Standing, { mark: string; words: string }>> = {
  passed: { mark: '✓', words: 'passed' },
  changed: { mark: '~', words: 'passed, then changed' },
  reference: { mark: '=', words: 'reference solution' },
  failed: { mark: '✗', words: 'failed' },
  unclear: { mark: '?', words: 'inconclusive' },
  'not-run': { mark: '-', words: 'not checked' },
}

/** What the reader must not conclude. */
export const DOUBT = {
  believed:
    'This report relies on .p2plab/progress.json, a plain text file that anyone can edit. Run "p2plab report --verify" to run the checks again instead. Neither shows who wrote the code.',
  verified:
    'The checks ran again for this report. It does not show who wrote the code. Times and counts come from .p2plab/progress.json, a plain text file that anyone can edit.',
} as const

const UNREADABLE: Partial<Record<WorkspaceReport['progress'], string>> = {
  broken: 'the progress file is damaged and was read only in part',
  newer: 'a later version of P2P Lab wrote the progress file, so it was not read',
  unreadable: 'could not read the progress file',
  'no-p2plab-folder': 'there is no .p2plab folder, so no progress is saved',
  'no-lab-workspace': 'not a lab workspace',
}

/** Why the progress file could not be read, or not whole: the end of a sentence. Undefined where it could. */
export const progressProblem = (progress: WorkspaceReport['progress']): string | undefined =>
  UNREADABLE[progress]

const LEGEND = Object.values(STANDINGS)
  .map(({ mark, words }) => `${mark} ${words}`)
  .join(', ')

/** "2026-01-31 12:00 UTC". */
const when = (iso: string | undefined) =>
  iso === undefined ? '' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

const helped = ({ hints, solutions, resets }: ExerciseReport) =>
  [
    hints > 0 && `hints used: ${hints}`,
    solutions > 0 && `solution shown: ${solutions}`,
    resets > 0 && `resets: ${resets}`,
  ]
    .filter(part => part !== false)
    .join(', ')

const totals = ({ exercises, progress, problem }: WorkspaceReport) =>
  [
    ...(problem === undefined ? [] : [`could not read the folder (${problem})`]),
    ...(problem !== undefined || progress === 'no-lab-workspace'
      ? []
      : [`${count(exercises, 'passed')} of ${exercises.length} passed`]),
    ...(count(exercises, 'changed') > 0 ? [`${count(exercises, 'changed')} changed after passing`] : []),
    ...(problem !== undefined || UNREADABLE[progress] === undefined ? [] : [UNREADABLE[progress]]),
  ].join('; ')

const nameOf = ({ folder, name }: WorkspaceReport) => (name ?? path.basename(folder)) || folder

/** One workspace is told exercise by exercise, several are told one a line. */
export function reportAsText(reports: readonly WorkspaceReport[], verified: boolean): string {
  const doubt = `${verified ? DOUBT.verified : DOUBT.believed}\n`
  const [first] = reports
  if (reports.length === 1 && first)
    return `${oneLine(first.folder)}: ${totals(first)}\n${rows(first)}\n${doubt}`
  const width = Math.max(...reports.map(report => nameOf(report).length))
  const ids = reports.find(report => report.exercises.length > 0)?.exercises.map(({ id }) => id) ?? []
  const marks = ({ exercises }: WorkspaceReport) =>
    ids.map((id, i) => (exercises[i] ? STANDINGS[exercises[i].state].mark : ' ').padEnd(id.length)).join('  ')
  const lines = reports.map(
    report => `${oneLine(nameOf(report)).padEnd(width)}  ${marks(report)}  ${totals(report)}`,
  )
  return `${[`${''.padEnd(width)}  ${ids.join('  ')}`, ...lines, '', LEGEND].join('\n')}\n${doubt}`
}

/** How many checks passed says nothing about what was never checked, or was filled in by Catch Up. */
const hasChecks = (state: Standing) => state !== 'not-run' && state !== 'reference'

function rows({ exercises }: WorkspaceReport): string {
  const width = Math.max(0, ...exercises.map(({ title }) => title.length))
  return exercises
    .map(exercise => {
      const { id, title, language, state, passed, checks, firstPassed } = exercise
      const details = [
        titleUnlessTypeScript(language) ?? '',
        hasChecks(state) ? `${passed.length} of ${checks} checks` : '',
        firstPassed === undefined ? '' : `first passed ${when(firstPassed)}`,
        helped(exercise),
      ].filter(part => part !== '')
      const { mark, words } = STANDINGS[state]
      return `  ${mark} ${id.padEnd(4)} ${title.padEnd(width)}  ${[words, ...details].join('; ')}\n`
    })
    .join('')
}

export interface MarkdownOptions {
  verified: boolean
  /** "P2P Lab 0.1.0". */
  by: string
  now: Date
}

export function reportAsMarkdown(
  reports: readonly WorkspaceReport[],
  { verified, by, now }: MarkdownOptions,
): string {
  const [first] = reports
  const body = reports.length === 1 && first ? oneAsMarkdown(first) : manyAsMarkdown(reports)
  const doubt = verified ? DOUBT.verified : DOUBT.believed
  return `# P2P Lab: progress report\n\n${body}\n${doubt}\n\nCreated ${when(now.toISOString())} by ${by}.\n`
}

function oneAsMarkdown(report: WorkspaceReport): string {
  const { exercises } = report
  const lines = exercises.map(exercise => {
    const { id, title, language, state, passed, checks, firstPassed } = exercise
    const { mark, words } = STANDINGS[state]
    const ratio = state === 'reference' ? '' : `${passed.length} of ${checks}`
    const spoken = titleUnlessTypeScript(language)
    return row([
      `${id} ${title}${spoken === undefined ? '' : ` (${spoken})`}`,
      `${mark} ${words}`,
      ratio,
      when(firstPassed),
      helped(exercise),
    ])
  })
  const details = exercises
    .filter(({ passed }) => passed.length > 0)
    .map(({ id, title, passed, seed }) => {
      const from = seed === undefined ? '' : ` (seed ${seed})`
      return `- ${id} ${title}${from}: ${passed.join(', ')}\n`
    })
  const none = details.length === 0 ? 'None yet.\n' : ''
  return [
    `**${escaped(nameOf(report))}**: ${totals(report)}.\n`,
    table(['exercise', 'state', 'checks passed', 'first passed', 'help'], lines),
    `## Checks that passed in the last run\n\n${details.join('')}${none}`,
  ].join('\n')
}

function manyAsMarkdown(reports: readonly WorkspaceReport[]): string {
  const ids = reports.find(report => report.exercises.length > 0)?.exercises.map(({ id }) => id) ?? []
  const lines = reports.map(report =>
    row([
      escaped(nameOf(report)),
      totals(report),
      ...ids.map((_id, i) => (report.exercises[i] ? STANDINGS[report.exercises[i].state].mark : '')),
    ]),
  )
  return `${table(['workspace', 'total', ...ids], lines)}\n${LEGEND}.\n`
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`

const table = (head: readonly string[], rows: readonly string[]) =>
  `${row(head)}${row(head.map(() => '---'))}${rows.join('')}`

const oneLine = (text: string) => text.replace(/[\p{Cc}]+/gu, ' ')

/** The name of a folder may be anything. */
const escaped = (text: string) => oneLine(text).replace(/[\\|*_`<>[\]]/g, '\\$&')
