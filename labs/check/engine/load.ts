/** What the check process loads of an exercise, when it is asked for that exercise. */
import { DERIVED_CHECKS } from '../../derived/checks.ts'
import type { LoadedExercise } from '../kit/check.ts'
import { loadDefinition } from './load-definition.ts'

/** Undefined when there is no such exercise. */
export async function loadExercise(id: string): Promise<LoadedExercise | undefined> {
  const definition = await loadDefinition(id)
  return definition && { definition, checks: await DERIVED_CHECKS[id]!() }
}
