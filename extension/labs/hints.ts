/** Which hints a learner has asked for: one more each time. They are facts of the lab workspace, as in a terminal. */
import type { ExerciseEntry } from '../../labs/catalogue.ts'
import { hintsShown } from '../../labs/progress/helps.ts'
import type { LabContent } from './content.ts'
import type { Progress } from './progress.ts'

export interface Hints {
  /** How many of its `total` hints were asked for since it was last reset. */
  shown(exercise: string, total: number): number
  /** Asks for one more, if there is one. Resolves to how many are shown now; `noted` resolves when that is written down. */
  more(entry: ExerciseEntry): Promise<{ shown: number; total: number; noted: Promise<void> }>
}

export function labHints(content: LabContent, progress: Progress): Hints {
  const shown = (exercise: string, total: number) => hintsShown(progress.facts(), exercise, total)
  return {
    shown,
    async more({ id }) {
      const total = (await content()).exercises[id]?.hints.length ?? 0
      const noted = shown(id, total) < total ? progress.note(id, 'hint') : Promise.resolve()
      return { shown: shown(id, total), total, noted }
    },
  }
}
