/**
 * The exercises that exist, as data: what the tree, the Testing view and `p2plab list` show without running anything. It is derived from
 * the exercises' folders (scripts/derive/).
 */
import { DERIVED_EXERCISES, DERIVED_LABS } from './derived/catalogue.ts'
import type { ExerciseEntry, LabEntry } from './exercise/entry.ts'

export type { ExerciseEntry, LabEntry } from './exercise/entry.ts'

export const LABS: readonly LabEntry[] = DERIVED_LABS

/** In the order of their ids. */
export const EXERCISES: readonly ExerciseEntry[] = DERIVED_EXERCISES

const byId = new Map(EXERCISES.map(entry => [entry.id, entry]))

export const exercise = (id: string): ExerciseEntry | undefined => byId.get(id)

/** The exercises of a lab, in order. */
export const exercisesOf = (lab: number): readonly ExerciseEntry[] =>
  EXERCISES.filter(entry => entry.lab === lab)

/** The exercise after this one, also of the next lab; undefined after the last. */
export const nextExercise = (id: string): ExerciseEntry | undefined =>
  EXERCISES[EXERCISES.findIndex(entry => entry.id === id) + 1]
