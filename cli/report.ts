/** How results of checks look in a terminal. */
import { styleText } from 'node:util'
import type { CheckResult, ExerciseResult, Verdict } from '../labs/check/protocol.ts'

/** A mark and a word: never colour alone. */
const MARK: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', inconclusive: '?', error: '!' }
const COLOUR = { pass: 'green', fail: 'red', inconclusive: 'yellow', error: 'magenta' } as const

export function resultLines({ id, title, verdict, ms, message }: CheckResult, colour: boolean): string {
  const head = `${MARK[verdict]} ${verdict.padEnd(4)}  ${title} (${id}, ${ms} ms)`
  const shown = colour ? styleText(COLOUR[verdict], head) : head
  const body = message === undefined ? '' : `${message.replace(/^/gm, '    ').replace(/^ +$/gm, '')}\n\n`
  return `${shown}\n${body}`
}

export function summary({ exercise, verdict, checks, seed, ms }: ExerciseResult): string {
  const passed = checks.filter(check => check.verdict === 'pass').length
  return `Exercise ${exercise}: ${verdict}. ${passed} of ${checks.length} checks passed in ${(ms / 1000).toFixed(1)} s. Seed ${seed}.\n`
}
