/** `p2plab check`: runs the checks of one exercise against the learner's file, or any program. */
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { EXERCISES, exercise, type ExerciseEntry } from '../labs/catalogue.ts'
import { runCheck } from '../labs/check/client.ts'
import {
  MAX_SEED,
  type CheckResult,
  type ExerciseResult,
  type ProgramSpec,
  type Verdict,
} from '../labs/check/protocol.ts'
import { integer, quoted, string } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { dist } from './installation.ts'
import { recorder } from './record.ts'
import { transcriptLines } from '../labs/check/transcript/text.ts'
import { resultLines, summary } from './report.ts'

export const check: Command = {
  name: 'check',
  summary: 'Check an exercise.',
  usage: 'check ID [--program "CMD"] [--workspace DIR] [--seed N] [--only CHECK] [--transcript] [--json]',
  positionals: ['ID'],
  options: {
    program: {
      type: 'string',
      value: '"CMD"',
      description: "Run this command line instead of the exercise's file.",
    },
    workspace: {
      type: 'string',
      value: 'DIR',
      description: 'The lab workspace. Default: the current folder.',
    },
    seed: {
      type: 'string',
      value: 'N',
      description: 'Send the same bytes as a check that printed this seed.',
    },
    only: { type: 'string', value: 'CHECK', description: 'Run one check: its id.' },
    transcript: { type: 'boolean', description: 'Show all that went over the wire, check by check.' },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals, signal }) {
    const entry = existing(positionals[0]!)
    const seed = integer(values, 'seed', 0, MAX_SEED)
    const only = existingCheck(entry, string(values, 'only'))
    const program = programFor(entry, values)
    const json = values['json'] === true
    const record = only ? undefined : await recorder(entry, program)
    const withTranscript = values['transcript'] === true

    const result = await runCheck(
      { exercise: entry.id, program, seed, only },
      {
        dist,
        signal,
        onLog: ({ text }) => process.stderr.write(text),
        onCheckFinished: check => {
          if (json) return
          const width = process.stdout.isTTY ? process.stdout.columns : undefined
          process.stdout.write(resultLines(check, width))
          if (withTranscript) process.stdout.write(transcriptText(check))
        },
      },
    )
    // It may have been done all the same.
    if (signal.aborted && result.problem !== undefined) return EXIT.interrupted
    if (result.problem !== undefined) process.stderr.write(`${result.problem}\n`)
    else
      process.stdout.write(
        json ? `${JSON.stringify(withTranscript ? result : bare(result))}\n` : summary(result),
      )
    const notice = await record?.(result)
    if (notice !== undefined) process.stderr.write(`${notice}\n`)
    return STATUS[result.verdict]
  },
}

const transcriptText = ({ transcript = [] }: CheckResult): string =>
  transcriptLines(transcript)
    .map(line => `    ${line}\n`)
    .join('')

/** Without the transcripts, which are long and only for who asks. */
const bare = (result: ExerciseResult): ExerciseResult => ({
  ...result,
  checks: result.checks.map(({ transcript: _transcript, ...check }) => check),
})

const STATUS: Readonly<Record<Verdict, number>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
  error: EXIT.usage,
}

function existing(id: string): ExerciseEntry {
  const entry = exercise(id)
  if (entry) return entry
  const ids = EXERCISES.map(e => e.id).join(', ')
  throw new UsageError(`There is no exercise ${quoted(id)}. Exercises: ${ids}.`)
}

function existingCheck(entry: ExerciseEntry, id: string | undefined): string[] | undefined {
  if (id === undefined) return undefined
  const ids = entry.checks.map(c => c.id)
  if (!ids.includes(id)) {
    throw new UsageError(`Exercise ${entry.id} has no check ${quoted(id)}. Its checks: ${ids.join(', ')}.`)
  }
  return [id]
}

function programFor(entry: ExerciseEntry, values: Arguments['values']): ProgramSpec {
  const folder = string(values, 'workspace') ?? '.'
  const workspace = path.resolve(folder)
  if (!existsSync(workspace) || !statSync(workspace).isDirectory()) {
    throw new UsageError(
      `There is no folder ${quoted(folder)}: --workspace takes the folder of the lab workspace.`,
    )
  }
  const command = string(values, 'program')
  if (command !== undefined) {
    if (command.trim() === '') throw new UsageError('--program needs a command line, not an empty text.')
    return { kind: 'command', command, workspace }
  }
  if (!existsSync(path.join(workspace, entry.file))) {
    throw new UsageError(
      `There is no file ${entry.file} in ${quoted(folder)}: name the lab workspace with --workspace, or a program with --program.`,
    )
  }
  return { kind: 'typescript', file: entry.file, workspace }
}
