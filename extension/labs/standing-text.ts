/** How far the learner is, in a few words: the status bar's item and its tooltip. Pure. */
import { EXERCISES, exercisesOf, LABS } from '../../labs/catalogue.ts'
import { t } from '../l10n.ts'
import type { ExerciseState } from './exercise-state.ts'
import { firstToDo } from './rows.ts'

export interface StandingText {
  /** "Lab 2 · 3 of 8": the lab in which the learner goes on. */
  short: string
  /** A line per lab. */
  lines: readonly string[]
  /** The whole of it for a screen reader. */
  spoken: string
}

export function standingText(state: (exercise: string) => ExerciseState): StandingText {
  const count = (lab?: number) => {
    const exercises = lab === undefined ? EXERCISES : exercisesOf(lab)
    const states = exercises.map(({ id }) => state(id))
    const passed = states.filter(state => state === 'passed').length
    return { passed, all: exercises.length, changed: states.filter(state => state === 'changed').length }
  }
  const { passed, all } = count()
  const lines = LABS.map(({ lab, title }) => {
    const { passed, all, changed } = count(lab)
    const line = t('Lab {0}: {1}: {2} of {3} passed', lab, title, passed, all)
    return changed === 0 ? line : t('{0}, {1} passed, then changed', line, changed)
  })
  const spoken = t('P2P Lab: {0} of {1} exercises passed', passed, all)
  const { lab } = firstToDo(state)
  const here = count(lab)
  return {
    short: t('Lab {0} · {1} of {2}', lab, here.passed, here.all),
    lines,
    spoken: [spoken, ...lines].join('. '),
  }
}
