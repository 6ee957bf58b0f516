/** What happens while p2plab watch runs, in the order in which it is shown. How it looks is up to screen.ts and plain.ts. */
import { ownCommand } from '../own-command.ts'
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import type { CheckResult, ExerciseResult } from '../../labs/check/protocol.ts'
import { textFileOf } from '../../labs/workspace/track.ts'
import type { ExerciseStanding } from '../../labs/report/standings.ts'
import type { ShownHints } from '../helps.ts'

export type Moment =
  /** This exercise is what counts from now on. Where its file is missing or untouched, no check follows. */
  | { type: 'turned'; standing: ExerciseStanding; progress: string }
  | { type: 'check-started'; entry: ExerciseEntry; file: string }
  /** `first`: the first that failed, or, as long as none did, the first that could not be judged. */
  | { type: 'check-finished'; result: CheckResult; first: boolean }
  /** What the learner's program wrote during a check, as it came. */
  | { type: 'log'; check: string; text: string }
  /** The check came to its end. `passedText`: Markdown, where all has passed. */
  | { type: 'ended'; result: ExerciseResult; progress: string; passedText?: string }
  /** A newer save, or another exercise, took its place. */
  | { type: 'check-cancelled'; entry: ExerciseEntry }
  | { type: 'hint'; entry: ExerciseEntry; shown: ShownHints }
  | { type: 'solution'; entry: ExerciseEntry; text: string }
  | { type: 'list'; text: string; progress: string }
  /** The next key answers: y is yes. */
  | { type: 'question'; sentence: string }
  | { type: 'notice'; sentence: string }
  /** A key that means nothing. */
  | { type: 'no-key'; key: string }

/** How the command shows what happens, and how wide. */
export interface Face {
  tell(moment: Moment): void
  /** Shows everything again: the size has changed, or somebody else wrote to the terminal. */
  again(): void
  close(): void
}

export const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['h', 'hint'],
  ['s', 'solution'],
  ['l', 'list'],
  ['n', 'next exercise'],
  ['q', 'quit'],
]

/** How to see the solution, as the end of a sentence. */
export const SOLUTION_KEY = 'press s'

/** What there is to say about an exercise that is not checked yet; undefined where it can be. */
export function notBegun({ entry, track, file }: ExerciseStanding): string | undefined {
  if (file === 'missing')
    return `The file ${track.file} is missing. To create it again, run ${ownCommand(`reset ${entry.id}`)}.`
  if (file === 'untouched')
    return `${track.file} is still the starter file. P2P Lab checks it when you save a change. The task is in ${textFileOf(entry)}.`
  return undefined
}
