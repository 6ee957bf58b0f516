/**
 * Wrong programs. Each is a correct program with one mistake of a real beginner, so it is a test of the checks: the named check must catch it, and
 * say the phrase.
 */

/** Replace this text, which stands there once, by that. */
export type Edit = readonly [replace: string, by: string]

interface Common {
  /** The id of the check that must catch it. */
  caughtBy: string
  /** What its message must contain: one of these, where it depends on who is faster, or on the seed. */
  says: string | readonly string[]
  /** What its author believed or overlooked: a sentence. */
  why: string
  /** A naive check lets it pass. At least two of an exercise are so. */
  naive?: true
}

export type Mistake = Common &
  (
    | {
        /** The correct program that it is made in: "solution", or the name of one in other/. Left out: the solution. */
        in?: string
        /** Several only where the one mistake shows in several places. */
        edits: readonly [Edit, ...Edit[]]
        file?: never
      }
    | {
        /** Only where the mistake is the structure of the program: it is a whole file, wrong/NAME. */
        file: true
        edits?: never
        in?: never
      }
  )

export type Mistakes = Readonly<Record<string, Mistake>>

/** By name: what the program does, such as "decodes-utf8". */
export const defineMistakes = (mistakes: Mistakes): Mistakes => mistakes

/** The program with the edits made. Throws when the text to replace is not there exactly once, or nothing changes. */
export function withMistake(program: string, edits: readonly Edit[]): string {
  return edits.reduce((text, [replace, by]) => {
    const times = text.split(replace).length - 1
    if (times !== 1) throw new Error(`expected to find this text once, found it ${times} times: ${replace}`)
    if (replace === by) throw new Error(`this edit changes nothing: ${replace}`)
    return text.replace(replace, () => by)
  }, program)
}
