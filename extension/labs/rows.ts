/** The Labs tree as data. Ids: `lab/1`, `1.1`. Pure. */
import { EXERCISES, exercisesOf, LABS, type ExerciseEntry } from '../../labs/catalogue.ts'
import { titleUnlessTypeScript, type Track } from '../../labs/workspace/track.ts'
import { t } from '../l10n.ts'
import type { ExerciseState } from './exercise-state.ts'
import type { Offer } from './offers.ts'

export interface LabRow {
  id: string
  label: string
  description: string
  /** A codicon, and the theme colour it has. */
  icon: string
  color?: string
  spoken: string
  /** What menus look at: 'lab', or of an exercise its state and what can be done with it, as in 'exercise.failed repeat reset'. */
  kind: string
}

const ICONS: Record<ExerciseState, { icon: string; color?: string }> = {
  'not-run': { icon: 'circle-outline' },
  running: { icon: 'loading~spin' },
  passed: { icon: 'pass-filled', color: 'testing.iconPassed' },
  changed: { icon: 'pass', color: 'testing.iconQueued' },
  reference: { icon: 'book' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  unclear: { icon: 'question', color: 'testing.iconErrored' },
}

export function stateName(state: ExerciseState): string {
  switch (state) {
    case 'not-run':
      return t('not checked yet')
    case 'running':
      return t('checking')
    case 'passed':
      return t('passed')
    case 'changed':
      return t('passed, then changed')
    case 'reference':
      return t('reference solution')
    case 'failed':
      return t('failed')
    case 'unclear':
      return t('inconclusive')
  }
}

const LAB = 'lab/'

/** Only labs that have exercises are in the catalogue. */
export const labIds = (): string[] => LABS.map(({ lab }) => `${LAB}${lab}`)

export const exerciseIds = (labId: string): string[] =>
  exercisesOf(Number(labId.slice(LAB.length))).map(e => e.id)

/** The lab that is open in a tree of several: the one in which the learner goes on. */
export const openLabId = (state: (exercise: string) => ExerciseState): string => labIdOf(firstToDo(state))

/** The first exercise that is not done: neither passed nor filled with the reference. After the last, the last. */
export const firstToDo = (state: (exercise: string) => ExerciseState): ExerciseEntry =>
  EXERCISES.find(({ id }) => !['passed', 'reference'].includes(state(id))) ?? EXERCISES.at(-1)!

export const labIdOf = (entry: ExerciseEntry): string => `${LAB}${entry.lab}`

export function labRow(id: string, state: (exercise: string) => ExerciseState): LabRow | undefined {
  const lab = LABS.find(({ lab }) => `${LAB}${lab}` === id)
  if (!lab) return undefined
  const exercises = exercisesOf(lab.lab)
  const passed = exercises.filter(e => state(e.id) === 'passed').length
  const label = t('Lab {0}: {1}', lab.lab, lab.title)
  return {
    id,
    label,
    description: t('{0} of {1}', passed, exercises.length),
    icon: passed === exercises.length ? 'pass-filled' : 'beaker',
    ...(passed === exercises.length && { color: 'testing.iconPassed' }),
    spoken: t('{0}, {1} of {2} exercises passed', label, passed, exercises.length),
    kind: 'lab',
  }
}

/** `track` is the one that counts in the workspace. */
export function exerciseRow(
  entry: ExerciseEntry,
  state: ExerciseState,
  { language }: Pick<Track, 'language'>,
  offers: readonly Offer[] = [],
): LabRow {
  const label = `${entry.id} ${entry.title}`
  const spoken = titleUnlessTypeScript(language)
  return {
    id: entry.id,
    label,
    description: [spoken, state === 'not-run' ? undefined : stateName(state)]
      .filter(part => part !== undefined)
      .join(' · '),
    ...ICONS[state],
    spoken:
      spoken === undefined
        ? t('Exercise {0}, {1}', label, stateName(state))
        : t('Exercise {0} in {1}, {2}', label, spoken, stateName(state)),
    kind: [`exercise.${state}`, ...offers].join(' '),
  }
}
