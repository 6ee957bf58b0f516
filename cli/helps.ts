/** Hints and solutions for a terminal: which are shown follows from the facts of the lab workspace, as in the editor. */
import type { ExerciseEntry } from '../labs/catalogue.ts'
import type { LabsPack } from '../labs/pack.ts'
import { hashOf, readProgress } from '../labs/progress/file.ts'
import { hintsShown, solutionIs, withHints, type SolutionRule } from '../labs/progress/helps.ts'
import { inTracksOf, passedOnce, withEvent } from '../labs/progress/progress.ts'
import { languageOf } from '../labs/workspace/language.ts'
import { trackOf } from '../labs/workspace/track.ts'
import { hints, solution } from '../labs/workspace/workspace.ts'
import { nameOf } from './exercise-argument.ts'
import { prose } from './prose.ts'
import type { noter } from './note.ts'

export interface Where {
  dir: string
  pack: LabsPack
  entry: ExerciseEntry
  note: ReturnType<typeof noter>
}

export interface ShownHints {
  /** How many had been shown before. */
  before: number
  /** All that are shown now. */
  hints: readonly string[]
  total: number
}

/** Asks for one more hint, or for all that are left, and notes it. */
export async function moreHints({ pack, entry: { id }, note }: Where, all = false): Promise<ShownHints> {
  const texts = hints(pack, id)
  const total = texts.length
  let before = 0
  const facts = await note(facts => {
    before = hintsShown(facts, id, total)
    return withHints(facts, id, total, all ? total : 1)
  })
  return { before, hints: texts.slice(0, hintsShown(facts, id, total)), total }
}

export interface HintsOptions {
  /** Everything, also what was shown before. */
  all?: boolean
  /** The columns of the terminal. */
  width?: number | undefined
  /** How to see the solution, as the end of a sentence: "press s". */
  solution: string
}

/** What was not shown before, or everything again where that is nothing. After the last hint, the way to the solution. */
export function hintsText(
  entry: ExerciseEntry,
  shown: ShownHints,
  { all = false, width, solution }: HintsOptions,
): string {
  const { before, hints, total } = shown
  const again = before >= total && !all
  const first = all || again ? 0 : before
  const parts = hints
    .slice(first)
    .map((hint, i) => `Hint ${first + i + 1} of ${total} for ${nameOf(entry)}\n\n${prose(hint, width)}`)
  const head = again ? [`There are no more hints for ${nameOf(entry)}. Here are all of them again:\n`] : []
  const end =
    hints.length < total ? [] : [prose(`You have seen all hints. To see the solution, ${solution}.`, width)]
  return [...head, ...parts, ...end].join('\n')
}

/** Whether the solution may be shown, and the sentence that says why not or asks. */
export async function solutionGate({
  dir,
  pack,
  entry,
}: Where): Promise<{ rule: SolutionRule; sentence: string }> {
  const language = await languageOf(dir)
  const facts = inTracksOf((await readProgress(dir)).facts, language)
  const total = hints(pack, entry.id).length
  const shown = hintsShown(facts, entry.id, total)
  const content = await hashOf(dir, trackOf(entry, language).file)
  const rule = solutionIs(passedOnce(facts, entry.id, content), shown, total)
  const name = nameOf(entry)
  const sentence =
    rule === 'ask'
      ? `You have not passed ${name} yet. Show its solution?`
      : `You can see the solution of ${name} after you pass, or after all ${total} hints. You have seen ${shown}.`
  return { rule, sentence }
}

/** The reference solution with the learner's file that it is for, noted as help. */
export async function takeSolution({
  dir,
  pack,
  entry,
  note,
}: Where): Promise<{ file: string; text: string }> {
  const { language, file } = trackOf(entry, await languageOf(dir))
  const text = solution(pack, entry.id, language)
  await note(facts => withEvent(facts, { exercise: entry.id, event: 'solution' }))
  return { file, text }
}
