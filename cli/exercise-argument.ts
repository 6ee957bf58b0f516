import { EXERCISES, exercise, type ExerciseEntry } from '../labs/catalogue.ts'
import { quoted } from './arguments.ts'
import { UsageError } from './command.ts'

/** The exercise with this id. @throws UsageError where there is none */
export function existing(id: string): ExerciseEntry {
  const entry = exercise(id)
  if (entry) return entry
  const ids = EXERCISES.map(e => e.id).join(', ')
  throw new UsageError(`There is no exercise ${quoted(id)}. Exercises: ${ids}.`)
}

/** "1.1 Echo". */
export const nameOf = ({ id, title }: ExerciseEntry): string => `${id} ${title}`
