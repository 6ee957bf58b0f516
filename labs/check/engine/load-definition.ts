/** What an exercise's ops and events are, and how its network is run: without its checks, which are a hundred times as large. */
import { DERIVED_DEFINITIONS } from '../../derived/definitions.ts'
import type { AnyExercise } from '../../exercise/define.ts'

/** Undefined when there is no such exercise. */
export const loadDefinition = async (id: string): Promise<AnyExercise | undefined> =>
  Object.hasOwn(DERIVED_DEFINITIONS, id) ? DERIVED_DEFINITIONS[id]!() : undefined
