/** What the Testing API and the messages are told about a result. Knows no vscode. */
import { figureLines } from '../../labs/check/figures.ts'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'
import { transcriptLines } from '../../labs/check/transcript/text.ts'
import { t } from '../l10n.ts'

/** Terminal output needs a carriage return before each line feed. */
export const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n')

export interface Outcome {
  kind: 'passed' | 'failed' | 'errored'
  /** Empty on a pass. */
  message: string
  diff?: { expected: string; actual: string }
}

/** An inconclusive check is neither passed nor failed: it is shown as one that could not be judged. */
export function outcomeOf(result: CheckResult): Outcome {
  const message = result.message ?? result.title
  switch (result.verdict) {
    case 'pass':
      return { kind: 'passed', message: '' }
    case 'fail':
      return { kind: 'failed', message: newsFirst(message), ...(result.diff && { diff: result.diff }) }
    case 'inconclusive':
      return { kind: 'errored', message: t('Inconclusive: neither passed nor failed. {0}', message) }
    case 'error':
      return { kind: 'errored', message }
  }
}

/**
 * A failure message with what came back, and what was expected instead, before what the checker did: beside a line of code VS Code shows
 * how a message begins. What belongs to a line is indented below it, and stays there.
 */
function newsFirst(message: string): string {
  const parts = message.split(/\n(?=\S)/)
  const lead = (word: string) => parts.filter(part => part.startsWith(word))
  const first = [...lead('Got:'), ...lead('Expected:')]
  // In one line only the sentences fit: bytes in columns come after both.
  const [heads, details] = [
    first.map(part => part.split('\n')[0]!),
    first.map(part => part.split('\n').slice(1)),
  ]
  return [...heads, ...details.flat(), ...parts.filter(part => !first.includes(part))].join('\n')
}

const MARK: Record<CheckResult['verdict'], string> = {
  pass: '\x1b[32m✔\x1b[0m',
  fail: '\x1b[31m✘\x1b[0m',
  inconclusive: '\x1b[33m?\x1b[0m',
  error: '\x1b[31m!\x1b[0m',
}

/** A result as terminal output, beside what the program wrote: its mark, its title, what went wrong, and all that went over the wire. */
export function resultText({ verdict, title, ms, message, transcript, figures }: CheckResult): string {
  const indented = message === undefined ? '' : `${message.trimEnd().replace(/^(?=.)/gm, '    ')}\n`
  const wire = transcriptLines(transcript ?? [])
  const dump = wire.length === 0 ? '' : [t('On the wire:'), ...wire].map(line => `    ${line}\n`).join('')
  const measured = figureLines(figures)
    .map(line => `    ${line}\n`)
    .join('')
  return crlf(`${MARK[verdict]} ${title} (${ms} ms)\n${measured}${indented}${dump}`)
}

/** One sentence about a whole exercise, for a notification. */
export function summary(name: string, result: ExerciseResult): string {
  const { checks, notRun = [], verdict, problem } = result
  const all = checks.length + notRun.length
  if (problem !== undefined) return t('Could not check {0}: {1}', name, problem)
  const passed = checks.filter(c => c.verdict === 'pass').length
  if (verdict === 'pass') return t('{0} passed: {1} of {2} checks.', name, passed, all)
  const first = checks.find(c => c.verdict === verdict)
  return t('{0}: {1} of {2} checks passed. Look at "{3}" first.', name, passed, all, first?.title ?? '')
}
