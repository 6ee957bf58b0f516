/** Whether a program did what its place in the folder promises, and what there is to tell about it. */
import type { ExerciseResult, Verdict } from '../../labs/check/protocol.ts'
import { escaped, type Program } from '../../test/kit/programs.ts'

export interface Row {
  exercise: string
  kind: Program['kind']
  language: Program['language']
  /** As in mistakes.ts or other/; "solution", "starter". */
  name: string
  /** The check that must catch it: wrong programs only. */
  expected?: string
  /** The checks that failed, in the order they ran. */
  failed: string[]
  /** Those of them that failed only because the program leaves out an op: they say nothing about the mistake. */
  notWritten: string[]
  verdicts: Record<string, Verdict>
  seed: number
  ms: number
  /** Why it is not as it should be, or could not be run here. Left out: it is. */
  problem?: string
  /** It could not be run on this machine: neither good nor bad. */
  skipped?: true
}

/** A starter fails every check; the solution and the others pass every check; a wrong one fails the one that is named for it. */
export function judge(program: Program, result: ExerciseResult): Row {
  const { exercise, kind, language, name, caught } = program
  const problem = result.problem ?? (caught ? escaped(result, caught) : unlike(kind, result))
  const failed = result.checks.filter(({ verdict }) => verdict === 'fail')
  return {
    exercise,
    kind,
    language,
    name,
    ...(caught && { expected: caught.check }),
    failed: failed.map(({ id }) => id),
    notWritten: failed
      .filter(({ message }) => message?.includes(' exports no function '))
      .map(({ id }) => id),
    verdicts: Object.fromEntries(result.checks.map(({ id, verdict }) => [id, verdict])),
    seed: result.seed,
    ms: result.ms,
    ...(problem !== undefined && { problem }),
  }
}

function unlike(kind: Program['kind'], { checks }: ExerciseResult): string | undefined {
  const wanted: Verdict = kind === 'starter' ? 'fail' : 'pass'
  const others = checks.filter(({ verdict }) => verdict !== wanted)
  if (others.length === 0) return undefined
  return `every check must ${wanted}, and ${others.map(({ id, verdict }) => `${id} says ${verdict}`).join(', ')}`
}
