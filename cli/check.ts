/** `p2plab check`: runs the checks of one exercise against the learner's file, or any program. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { ExerciseEntry } from '../labs/catalogue.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { learnerProgram, trackOf, type Track } from '../labs/workspace/track.ts'
import { runCheck } from '../labs/check/client.ts'
import { withoutOutput } from '../labs/check/engine/last-words.ts'
import {
  MAX_SEED,
  type CheckResult,
  type ExerciseResult,
  type ProgramSpec,
  type Verdict,
} from '../labs/check/protocol.ts'
import { labWorkspaceAround } from '../labs/workspace/find.ts'
import { integer, quoted, string } from './arguments.ts'
import { EXIT, UsageError, type Arguments, type Command } from './command.ts'
import { existing } from './exercise-argument.ts'
import { dist } from './installation.ts'
import { pcapOption, pcapTo } from './pcap-option.ts'
import { reportOption, reportTo } from './report-option.ts'
import { runTimes, timesOf, timesOption } from './repeated-check.ts'
import { progressSaver } from './save-progress.ts'
import { transcriptLines } from '../labs/check/transcript/text.ts'
import { isNetworkFolder, MAP_IT } from '../labs/workspace/network-folder.ts'
import { notRunLines, resultLines, summary } from './check-output.ts'
import { terminalWidth } from './terminal-width.ts'
import { existingFolder, workspaceOption } from './workspace-option.ts'

export const check: Command = {
  name: 'check',
  summary: 'Check an exercise.',
  usage:
    'check ID [--program "CMD"] [--workspace DIR] [--seed N] [--times N] [--only CHECK] [--all] [--transcript] [--pcap FILE] [--report FILE] [--json]',
  positionals: ['ID'],
  options: {
    program: {
      type: 'string',
      value: '"CMD"',
      description: "Run this command line instead of the exercise's file.",
    },
    ...workspaceOption,
    seed: {
      type: 'string',
      value: 'N',
      description: 'Reuse the seed of an earlier check to send the same bytes.',
    },
    ...timesOption,
    only: { type: 'string', value: 'CHECK', description: 'Run only the check with this ID.' },
    all: { type: 'boolean', description: 'Run every check, even if the program sends nothing.' },
    transcript: { type: 'boolean', description: 'Show the network traffic of each check.' },
    ...pcapOption,
    ...reportOption,
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
  },
  async run({ values, positionals, signal }) {
    const entry = existing(positionals[0]!)
    const seed = integer(values, 'seed', 0, MAX_SEED)
    const only = existingCheck(entry, string(values, 'only'))
    const times = timesOf(values)
    const { program, track } = await programFor(entry, values)
    const json = values['json'] === true
    if (times !== undefined) {
      const request = { exercise: entry.id, program, seed, only, all: values['all'] === true }
      return STATUS[await runTimes(request, times, { dist, signal, json })]
    }
    const record = only ? undefined : await progressSaver(entry, track, program.workspace)
    const withTranscript = values['transcript'] === true
    const report = await reportTo(string(values, 'report'), entry)
    const pcap = await pcapTo(string(values, 'pcap'), entry)

    const result = await runCheck(
      { exercise: entry.id, program, seed, only, all: values['all'] === true, captureIn: pcap?.folder },
      {
        dist,
        signal,
        onLog: ({ text }) => process.stderr.write(text),
        onCheckFinished: check => {
          if (json) return
          process.stdout.write(resultLines(seen(check), terminalWidth()))
          if (withTranscript) process.stdout.write(transcriptText(check))
        },
      },
    )
    const captured = await pcap?.finish(result)
    if (captured !== undefined) process.stderr.write(`${captured}\n`)
    const reported = await report?.finish(result)
    if (reported !== undefined) process.stderr.write(`${reported}\n`)
    // It may have been done all the same.
    if (signal.aborted && result.problem !== undefined) return EXIT.interrupted
    if (result.problem !== undefined) process.stderr.write(`${result.problem}\n`)
    else if (json) process.stdout.write(`${JSON.stringify(printed(result, withTranscript))}\n`)
    else {
      const more = result.notRun ? `To run them as well, add --all.\n` : ''
      process.stdout.write(`${notRunLines(result, terminalWidth())}${summary(result)}${more}`)
    }
    const notice = await record?.(result)
    if (notice !== undefined) process.stderr.write(`${notice}\n`)
    return STATUS[result.verdict]
  },
}

/** In a terminal, what the program printed is there already, from when it printed it. */
const seen = (check: CheckResult): CheckResult =>
  check.message !== undefined && process.stdout.isTTY && process.stderr.isTTY
    ? { ...check, message: withoutOutput(check.message) }
    : check

const transcriptText = ({ transcript = [] }: CheckResult): string =>
  transcriptLines(transcript)
    .map(line => `    ${line}\n`)
    .join('')

/** Without the transcripts, which are long, unless they were asked for. */
const printed = (result: ExerciseResult, withTranscript: boolean): ExerciseResult => ({
  ...result,
  checks: result.checks.map(({ transcript, capture: _capture, report: _report, ...check }) => ({
    ...check,
    ...(withTranscript && transcript && { transcript }),
  })),
})

const STATUS: Readonly<Record<Verdict, number>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
  error: EXIT.usage,
}

function existingCheck(entry: ExerciseEntry, id: string | undefined): string[] | undefined {
  if (id === undefined) return undefined
  const ids = entry.checks.map(c => c.id)
  if (!ids.includes(id)) {
    throw new UsageError(`Exercise ${entry.id} has no check ${quoted(id)}. Its checks: ${ids.join(', ')}.`)
  }
  return [id]
}

/** The program to check, and the track that it belongs to where it is the learner's file. Rejects with a UsageError. `platform` is that of the machine, `remedy` what to do where there is no such file. */
export async function programFor(
  entry: ExerciseEntry,
  values: Arguments['values'],
  platform: NodeJS.Platform = process.platform,
  remedy = 'Set --workspace to the lab workspace, or --program to a program',
): Promise<{ program: ProgramSpec; track?: Track }> {
  const given = string(values, 'workspace')
  const folder = given ?? '.'
  const command = string(values, 'program')
  const absolute = (platform === 'win32' ? path.win32 : path.posix).resolve(folder)
  if (command !== undefined && isNetworkFolder(absolute, platform)) {
    throw new UsageError(
      `--program runs its command line in the workspace, which Windows cannot do in the network folder ${absolute}. ${MAP_IT}`,
    )
  }
  const workspace = existingFolder(folder)
  if (command !== undefined) {
    if (command.trim() === '') throw new UsageError('--program needs a command line, but the value is empty.')
    return { program: { kind: 'command', command, workspace } }
  }
  const around = given === undefined ? await labWorkspaceAround(workspace) : undefined
  for (const dir of around === undefined ? [workspace] : [workspace, around]) {
    const track = trackOf(entry, await languageOf(dir))
    if (existsSync(path.join(dir, track.file)))
      return { program: learnerProgram(track, dir, platform), track }
  }
  const { file } = trackOf(entry, await languageOf(around ?? workspace))
  throw new UsageError(`There is no file ${file} in ${quoted(folder)}. ${remedy}.`)
}
