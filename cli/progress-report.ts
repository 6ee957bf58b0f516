/** `p2plab report`: how lab workspaces stand, for a teacher or for handing in. */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { exercise } from '../labs/catalogue.ts'
import { runCheck } from '../labs/check/client.ts'
import { contentHash } from '../labs/progress/progress.ts'
import { hashOf } from '../labs/progress/file.ts'
import { loadPack, programsOf, type LabsPack } from '../labs/pack.ts'
import { learnerProgram, trackOf } from '../labs/workspace/track.ts'
import {
  verified,
  workspaceReport,
  type ExerciseReport,
  type WorkspaceReport,
} from '../labs/report/report.ts'
import { findWorkspaces, type FoundFolder } from '../labs/report/find.ts'
import { reportAsMarkdown, reportAsText } from '../labs/report/text.ts'
import { oneLine, quoted } from './arguments.ts'
import { EXIT, UsageError, type Command } from './command.ts'
import { dist, version } from './installation.ts'

export const report: Command = {
  name: 'report',
  summary: 'Report the progress of one lab workspace or of a whole class.',
  usage: 'report [DIR ...] [--verify] [--json | --markdown]',
  rest: 'DIR',
  options: {
    verify: {
      type: 'boolean',
      description:
        'Run the checks again instead of trusting the progress files. This runs the code in the workspaces.',
    },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else.' },
    markdown: { type: 'boolean', description: 'Print Markdown.' },
  },
  async run({ values, positionals, signal }) {
    const [verify, json, markdown] = ['verify', 'json', 'markdown'].map(name => values[name] === true)
    if (json && markdown) throw new UsageError('Use either --json or --markdown, not both.')
    const folders = await foldersOf(positionals.length > 0 ? positionals : ['.'])
    const reports = await Promise.all(folders.map(workspaceReport))
    if (!reports.some(({ exercises, problem }) => exercises.length > 0 || problem !== undefined)) {
      const names = positionals.length > 0 ? positionals.map(quoted).join(', ') : 'The current folder'
      throw new UsageError(
        `${names}: not a lab workspace, because there is no .p2plab folder and no file of an exercise. Name a lab workspace, or a folder of lab workspaces.`,
      )
    }
    if (verify) await verifyAll(reports, signal)
    if (signal.aborted) return EXIT.interrupted
    const options = { verified: verify === true, by: `P2P Lab ${version()}`, now: new Date() }
    if (json) process.stdout.write(`${JSON.stringify({ verified: options.verified, workspaces: reports })}\n`)
    else if (markdown) process.stdout.write(reportAsMarkdown(reports, options))
    else process.stdout.write(reportAsText(reports, options.verified))
    return EXIT.pass
  },
}

async function foldersOf(names: readonly string[]): Promise<FoundFolder[]> {
  const found = new Map<string, FoundFolder>()
  for (const name of names) {
    const folder = path.resolve(name)
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      throw new UsageError(`The folder ${quoted(name)} does not exist. Name the folders of lab workspaces.`)
    }
    for (const one of await findWorkspaces(folder)) if (!found.has(one.folder)) found.set(one.folder, one)
  }
  return [...found.values()]
}

/** One check after another: a class of thirty would otherwise starve its own programs. Replaces what is in `reports`. */
async function verifyAll(reports: WorkspaceReport[], signal: AbortSignal): Promise<void> {
  const pack = await loadPack(dist)
  for (const [i, report] of reports.entries()) {
    const { folder } = report
    const again: ExerciseReport[] = []
    for (const before of report.exercises) {
      if (signal.aborted) return
      again.push(await verifyOne(folder, before, pack, signal))
    }
    reports[i] = { ...report, exercises: again }
  }
}

async function verifyOne(
  folder: string,
  before: ExerciseReport,
  pack: LabsPack,
  signal: AbortSignal,
): Promise<ExerciseReport> {
  const track = trackOf(exercise(before.id)!, before.language ?? 'typescript')
  const content = await hashOf(folder, track.file)
  const { starter, solution } = programsOf(pack, before.id, track.language)
  // What was not begun fails: that is known without running it.
  if (content === undefined || content === contentHash(starter))
    return { ...before, state: 'not-run', passed: [] }
  const program = learnerProgram(track, folder)
  const result = await runCheck({ exercise: before.id, program }, { dist, signal })
  process.stderr.write(`${oneLine(folder)} ${before.id}: ${result.verdict}, seed ${result.seed}\n`)
  return verified(before, result, content === contentHash(solution))
}
