/** How results of checks look in a terminal. */
import { styleText } from 'node:util'
import { figureLines } from '../labs/check/figures.ts'
import type { CheckResult, ExerciseResult, Verdict } from '../labs/check/protocol.ts'

/** A mark and a word: never colour alone. */
const MARK: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', inconclusive: '?', error: '!' }
const COLOUR = { pass: 'green', fail: 'red', inconclusive: 'yellow', error: 'magenta' } as const

const INDENT = '    '

/**
 * `width` is the number of columns of a terminal: sentences are wrapped there, dumps of bytes are not. Left out: the
 * output is no terminal, and gets neither colour nor line breaks.
 */
export function resultLines(
  { id, title, verdict, ms, message, figures }: CheckResult,
  width?: number,
): string {
  const head = `${MARK[verdict]} ${verdict.padEnd(4)}  ${title} (${id}, ${ms} ms)`
  const measured = indented(figureLines(figures))
  if (width === undefined)
    return `${head}\n${measured}${message === undefined ? '' : `${indented(message.split('\n'))}\n`}`
  const lines = (message ?? '').split('\n').flatMap(line => wrap(line, Math.max(40, width - INDENT.length)))
  return `${styleText(COLOUR[verdict], head)}\n${measured}${message === undefined ? '' : `${indented(lines)}\n`}`
}

const indented = (lines: readonly string[]) => lines.map(line => `${INDENT}${line}\n`).join('')

/** A sentence over several lines, the later ones indented. Lines that begin with a space are tables and stay whole. */
function wrap(line: string, width: number): string[] {
  if (line.startsWith(' ')) return [line]
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width)
    // A word longer than the line.
    if (at <= INDENT.length) break
    lines.push(rest.slice(0, at))
    rest = `  ${rest.slice(at + 1)}`
  }
  return [...lines, rest]
}

/** What was not run, and why; empty when all was. `width` as for a result. */
export function notRunLines({ notRun = [] }: ExerciseResult, width?: number): string {
  const [first] = notRun
  if (!first) return ''
  const titles = notRun.map(({ id, title }) => `- not run  ${title} (${id})\n`).join('')
  const lines =
    width === undefined ? [first.message] : wrap(first.message, Math.max(40, width - INDENT.length))
  return `${titles}${indented(lines)}\n`
}

export function summary({ exercise, verdict, checks, notRun = [], seed, ms }: ExerciseResult): string {
  const passed = checks.filter(check => check.verdict === 'pass').length
  const left = notRun.length === 0 ? '' : `, ${notRun.length} not run`
  return `Exercise ${exercise}: ${verdict}. ${passed} of ${checks.length + notRun.length} checks passed${left} in ${(ms / 1000).toFixed(1)} s. Seed ${seed}.\n`
}
