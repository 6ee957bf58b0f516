/** Which help a learner has taken, from the facts, and which is still to come. Pure; editor and terminal both go by it. */
import { lastReset, withEvent, type ProgressFacts } from './progress.ts'

/** How many of the `total` hints of an exercise were asked for since it was last reset. */
export function hintsShown(facts: ProgressFacts, exercise: string, total: number): number {
  const own = facts.events.filter(event => event.exercise === exercise)
  const reset = lastReset(facts, exercise) ?? ''
  return Math.min(total, own.filter(({ event, at }) => event === 'hint' && at > reset).length)
}

/** With `more` hints asked for, as far as there are any left: what was shown before is not noted again. */
export function withHints(facts: ProgressFacts, exercise: string, total: number, more = 1): ProgressFacts {
  const left = total - hintsShown(facts, exercise, total)
  let all = facts
  for (let i = 0; i < Math.min(more, left); i++) all = withEvent(all, { exercise, event: 'hint' })
  return all
}

/** 'open': show it. 'ask': show it when the learner says yes to a question. 'closed': not yet. */
export type SolutionRule = 'open' | 'ask' | 'closed'

/** Who may see a solution: who has passed, and, asked once more, who has seen all hints. */
export function solutionIs(hasPassed: boolean, hintsShown: number, allHints: number): SolutionRule {
  if (hasPassed) return 'open'
  return hintsShown >= allHints ? 'ask' : 'closed'
}
