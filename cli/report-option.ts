/** `check --report FILE`: what happened in the checks that report it, as a Markdown text. */
import { open, rm } from 'node:fs/promises'
import type { ExerciseEntry } from '../labs/catalogue.ts'
import type { ExerciseResult } from '../labs/check/protocol.ts'
import { reportMarkdown } from '../labs/check/report-markdown.ts'
import { fileProblemText, isSystemError, newFileProblem, problemText } from '../network/file-problem.ts'
import { oneLine } from '../labs/preview.ts'
import { cut } from './arguments.ts'
import { UsageError, type Option } from './command.ts'

export const reportOption: Readonly<Record<string, Option>> = {
  report: {
    type: 'string',
    value: 'FILE',
    description:
      'Save what happened in checks that report it, such as those of exercise 4.8, as Markdown. FILE must not exist yet.',
  },
}

export interface ReportFile {
  /** Writes the file. Resolves to what there is to say, as a line without its line feed. */
  finish(result: ExerciseResult): Promise<string>
}

/** Undefined where no file is named. Rejects with a UsageError when it cannot be had. */
export async function reportTo(
  file: string | undefined,
  entry: ExerciseEntry,
): Promise<ReportFile | undefined> {
  if (file === undefined) return undefined
  const handle = await open(file, 'wx').catch((error: unknown) => {
    if (!isSystemError(error)) throw error
    throw new UsageError(`--report ${cut(file)}: ${problemText(newFileProblem(error))}.`)
  })
  return {
    async finish(result) {
      const markdown = reportMarkdown({ ...result, title: entry.title })
      try {
        if (markdown !== undefined) await handle.writeFile(markdown)
        else await rm(file, { force: true })
      } catch (error) {
        if (!isSystemError(error)) throw error
        return `--report ${cut(file)}: ${fileProblemText(error)}. The report is incomplete.`
      } finally {
        await handle.close()
      }
      return markdown === undefined
        ? `--report ${cut(file)}: none of the checks that ran has a report, so there is no file.`
        : `Saved the report as ${oneLine(file)}.`
    },
  }
}
