/** How far the learner is, in a few words: the status bar's item and its tooltip. Pure. */
import { EXERCISES, LABS } from '../../labs/catalogue.ts'
import { t } from '../l10n.ts'
import type { ExerciseState } from './exercise-state.ts'

export interface StandingText {
  /** "3/8", of all exercises that there are. */
  short: string
  /** A line per lab. */
  lines: readonly string[]
  /** The whole of it for a screen reader. */
  spoken: string
}

export function standingText(state: (exercise: string) => ExerciseState): StandingText {
  const count = (lab?: number) => {
    const exercises = EXERCISES.filter(entry => lab === undefined || entry.lab === lab)
    const states = exercises.map(({ id }) => state(id))
    const passed = states.filter(state => state === 'passed').length
    return { passed, all: exercises.length, changed: states.filter(state => state === 'changed').length }
  }
  const { passed, all } = count()
  const lines = LABS.flatMap(({ lab, title }) => {
    const { passed, all, changed } = count(lab)
    if (all === 0) return []
    const line = t('Lab {0}: {1}: {2} of {3} passed', lab, title, passed, all)
    return changed === 0 ? line : t('{0}, {1} passed, then changed', line, changed)
  })
  const spoken = t('P2P Lab: {0} of {1} exercises passed', passed, all)
  return { short: `${passed}/${all}`, lines, spoken: [spoken, ...lines].join('. ') }
}
