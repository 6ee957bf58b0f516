/**
 * What an exercise's exercise.ts and a lab's lab.ts say. All else about an exercise follows from these, and from where its folder is:
 * labs/2-protocol/4-handshake is exercise 2.4 (scripts/derive/).
 */
import type { Fields, Op, OpShape } from './op.ts'

export interface LabDefinition {
  /** As in "Lab 1: TCP and UDP". */
  title: string
}

export const defineLab = (lab: LabDefinition): LabDefinition => lab

export interface ExerciseDefinition<O extends Record<string, OpShape> = Record<string, OpShape>> {
  title: string
  /** What a learner builds, for the table of the README: a phrase in Markdown, no full stop. */
  builds: string
  /**
   * For a learner who has passed the exercise before this one: what comes next, as a sentence or two of Markdown. "{exercise}" stands for
   * the number and title of this exercise. Left out only where nothing comes before.
   */
  comesNext?: string
  /** The ids of the exercises whose files its starter, solution or other programs import. */
  buildsOn: readonly string[]
  /** The packages that a learner's file may import beside Node's own and 'p2plab'. */
  packages: readonly string[]
  /** In the TypeScript track each is an exported function of the learner's file. */
  ops: { readonly [K in keyof O]: O[K] & { name: K & string } }
  /** Titles by id, in the order they run. */
  checks: Readonly<Record<string, string>>
}

type Given<O extends Record<string, OpShape>> = Omit<
  ExerciseDefinition<O>,
  'ops' | 'buildsOn' | 'packages'
> & {
  ops: O
  buildsOn?: readonly string[]
  packages?: readonly string[]
}

/** Checks the types, and gives each op its name. */
export function defineExercise<const O extends Record<string, OpShape>>(
  given: Given<O>,
): ExerciseDefinition<O> {
  const ops = Object.fromEntries(Object.entries(given.ops).map(([name, op]) => [name, { ...op, name }]))
  return { buildsOn: [], packages: [], ...given, ops: ops as unknown as ExerciseDefinition<O>['ops'] }
}

/** An op without its name, which is its key. */
export const op = <A extends Fields, R extends Fields = Record<never, never>>(shape: {
  args?: A
  result?: R
  returns?: string
}): OpShape<A, R> => ({
  args: shape.args ?? ({} as A),
  result: shape.result ?? ({} as R),
  ...(shape.returns !== undefined && { returns: shape.returns }),
})

export type AnyExercise = Omit<ExerciseDefinition, 'ops'> & { ops: Readonly<Record<string, Op>> }
