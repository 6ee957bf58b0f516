/** Who may see a solution: who has passed, and, asked once more, who has seen all hints. Pure. */
export type SolutionRule = 'open' | 'ask' | 'closed'

export function solutionIs(hasPassed: boolean, hintsShown: number, allHints: number): SolutionRule {
  if (hasPassed) return 'open'
  return hintsShown >= allHints ? 'ask' : 'closed'
}
