/** What the check process loads of an exercise, when it is asked for that exercise. */
import { DERIVED_CHECKS } from '../../derived/checks.ts'
import type { LoadedExercise } from '../kit/check.ts'

/** Undefined when there is no such exercise. */
export const loadExercise = (id: string): Promise<LoadedExercise> | undefined =>
  Object.hasOwn(DERIVED_CHECKS, id) ? DERIVED_CHECKS[id]!() : undefined
