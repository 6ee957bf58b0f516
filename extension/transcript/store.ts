/** The transcripts of the last run of each check in this window; a reload of the window forgets them. Knows no vscode. */
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'
import { reportMarkdown } from '../../labs/check/report-markdown.ts'
import { isCaptured, STATE_OF } from '../labs/shown-run.ts'
import type { ShownTranscript } from '../../webview/shared/transcript-messages.ts'

interface Kept {
  result: CheckResult
  seed: number
}

export interface TranscriptStore {
  add(result: ExerciseResult): void
  has(exercise: string, check: string): boolean
  /** Whether the packets of the same run were captured. */
  isCaptured(exercise: string, check: string): boolean
  /** What happened in the same run, as a Markdown text; undefined where the check reports nothing. */
  report(entry: ExerciseEntry, check: string): string | undefined
  /** What the page shows of a check, whether it has a transcript or not. */
  shown(entry: ExerciseEntry, check: string): ShownTranscript
  /** The check to look at first: one that failed, else any with a transcript. */
  first(entry: ExerciseEntry): string | undefined
}

export function createTranscripts(): TranscriptStore {
  const kept = new Map<string, Map<string, Kept>>()
  const find = (exercise: string, check: string) => kept.get(exercise)?.get(check)
  return {
    add({ exercise, seed, checks }) {
      const ofExercise = kept.get(exercise) ?? new Map<string, Kept>()
      // A run of some checks leaves the others as they are.
      for (const result of checks) if (result.transcript) ofExercise.set(result.id, { result, seed })
      kept.set(exercise, ofExercise)
    },
    has: (exercise, check) => find(exercise, check) !== undefined,
    isCaptured: (exercise, check) => isCaptured(find(exercise, check)?.result),
    report({ id, title }, check) {
      const found = find(id, check)
      return found && reportMarkdown({ exercise: id, title, seed: found.seed, checks: [found.result] })
    },
    shown({ id, title, checks }, check) {
      const found = find(id, check)
      return {
        exercise: { id, title },
        check: { id: check, title: checks.find(c => c.id === check)?.title ?? check },
        checks: checks.map(c => {
          const other = find(id, c.id)
          return { id: c.id, title: c.title, ...(other && { state: STATE_OF[other.result.verdict] }) }
        }),
        ...(found && {
          run: {
            state: STATE_OF[found.result.verdict],
            seed: found.seed,
            ms: found.result.ms,
            ...(found.result.message !== undefined && { message: found.result.message }),
            events: found.result.transcript ?? [],
          },
        }),
      }
    },
    first({ id, checks }) {
      const withOne = checks.filter(c => find(id, c.id))
      return (withOne.find(c => find(id, c.id)?.result.verdict !== 'pass') ?? withOne[0])?.id
    },
  }
}
