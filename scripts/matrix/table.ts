/** The matrix for people: exercise × program → the check that caught it, and all others that failed too. */
import { EXERCISES } from '../../labs/catalogue.ts'
import type { Row } from './judge.ts'

export interface Summary {
  exercises: number
  programs: number
  wrong: number
  /** Wrong programs that the check named for them caught. */
  caught: number
  /** Starters, solutions and others that did as they should. */
  asTheyShould: number
  skipped: number
  /** Everything that did not do as it should. */
  problems: number
}

export function summary(rows: readonly Row[]): Summary {
  const good = rows.filter(row => row.problem === undefined)
  const wrong = (all: readonly Row[]) => all.filter(row => row.kind === 'wrong').length
  const skipped = rows.filter(row => row.skipped).length
  return {
    exercises: new Set(rows.map(row => row.exercise)).size,
    programs: rows.length,
    wrong: wrong(rows),
    caught: wrong(good),
    asTheyShould: good.length - wrong(good),
    skipped,
    problems: rows.length - good.length - skipped,
  }
}

/** Lines of text, one for each program, under a heading for each exercise. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(row => label(row).length))
  const parts = EXERCISES.flatMap(({ id, title, checks }) => {
    const lines = rows.filter(row => row.exercise === id).map(row => line(row, width, checks.length))
    return lines.length > 0 ? [`${id} ${title}\n${lines.join('\n')}`] : []
  })
  return `${parts.join('\n\n')}\n`
}

function line(row: Row, width: number, checks: number): string {
  const start = (mark: string) => `  ${mark} ${label(row).padEnd(width)}  `
  if (row.skipped) return `${start('-')}${row.problem}`
  if (row.problem !== undefined)
    return `${start('✗')}${row.problem} (failed: ${list(row.failed)}; seed ${row.seed})`
  if (row.kind !== 'wrong')
    return `${start('✓')}${row.kind === 'starter' ? 'fails' : 'passes'} all ${checks} checks`
  const also = row.failed.filter(id => id !== row.expected && !row.notWritten.includes(id))
  const missing = row.notWritten.length > 0 ? ` (op not written: ${list(row.notWritten)})` : ''
  return `${start('✓')}[${row.expected}]${also.length > 0 ? ` also ${list(also)}` : ''}${missing}`
}

/** "wrong: decodes-utf8", "other: echo (python)". */
const label = ({ kind, language, name }: Row): string => {
  const what = kind === name ? kind : `${kind}: ${name}`
  return language === 'typescript' ? what : `${what} (${language})`
}

const list = (ids: readonly string[]) => (ids.length > 0 ? ids.join(', ') : 'none')
