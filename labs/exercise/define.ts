/**
 * What an exercise's exercise.ts and a lab's lab.ts say. All else about an exercise follows from these, and from where its folder is:
 * labs/2-protocol/4-handshake is exercise 2.4 (scripts/derive/).
 */
import type { NetworkRun } from './network-run.ts'
import type { EventKind, EventShape, Fields, Op, OpShape } from './op.ts'

export interface LabDefinition {
  /** As in "Lab 1: TCP and UDP". */
  title: string
}

export const defineLab = (lab: LabDefinition): LabDefinition => lab

export interface ExerciseDefinition<
  O extends Record<string, OpShape> = Record<string, OpShape>,
  E extends Record<string, EventShape> = Record<string, EventShape>,
> {
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
  /** What the program tells unasked, with `emit` in TypeScript. */
  events: { readonly [K in keyof E]: E[K] & { name: K & string } }
  /** Copies of the learner's program can be run and watched as a network. Left out: they cannot. */
  network?: NetworkRun
  /** Titles by id, in the order they run. */
  checks: Readonly<Record<string, string>>
}

type Given<O extends Record<string, OpShape>, E extends Record<string, EventShape>> = Omit<
  ExerciseDefinition<O>,
  'ops' | 'events' | 'buildsOn' | 'packages'
> & {
  ops: O
  events?: E
  buildsOn?: readonly string[]
  packages?: readonly string[]
}

/** Checks the types, and gives each op and event its name. */
export function defineExercise<
  const O extends Record<string, OpShape>,
  const E extends Record<string, EventShape> = Record<never, never>,
>(given: Given<O, E>): ExerciseDefinition<O, E> {
  type Defined = ExerciseDefinition<O, E>
  return {
    buildsOn: [],
    packages: [],
    ...given,
    ops: named(given.ops) as Defined['ops'],
    events: named(given.events ?? {}) as Defined['events'],
  }
}

const named = (all: Readonly<Record<string, object>>): unknown =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, { ...one, name }]))

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

/** An event without its name, which is its key. */
export const event = <D extends Fields>(shape: EventShape<D>): EventShape<D> => shape

export type AnyExercise = Omit<ExerciseDefinition, 'ops' | 'events'> & {
  ops: Readonly<Record<string, Op>>
  events: Readonly<Record<string, EventKind>>
}
