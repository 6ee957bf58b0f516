/** What the guide shows of an exercise, from all that is known about it. Pure. */
import {
  EXERCISES,
  exercise,
  exercisesOf,
  LABS,
  nextExercise,
  type ExerciseEntry,
} from '../../labs/catalogue.ts'
import type { Verdict } from '../../labs/check/protocol.ts'
import { textOf, type LabsPack } from '../../labs/pack.ts'
import { solutionIs } from '../../labs/progress/helps.ts'
import type { Language } from '../../labs/languages.ts'
import { textIn } from '../../labs/workspace/texts.ts'
import { titleUnlessTypeScript, trackOf } from '../../labs/workspace/track.ts'
import type { Guide } from '../../webview/shared/guide-messages.ts'
import { t } from '../l10n.ts'
import type { ExerciseState } from '../labs/exercise-state.ts'
import { STATE_OF, type ShownCheck, type ShownRun } from '../labs/shown-run.ts'

export interface Known {
  pack: LabsPack
  /** Of the lab workspace. */
  language: Language
  state: (exercise: string) => ExerciseState
  /** Whether it ever passed in this workspace. */
  hasPassed: (exercise: string) => boolean
  /** The last run in this window. */
  run: ShownRun | undefined
  /** What is remembered of earlier runs of the very same file, by check. */
  checks: Readonly<Record<string, Verdict>>
  /** How many hints were asked for. */
  hints: number
  trusted: boolean
  checkOnSave: boolean
}

export function guideOf(entry: ExerciseEntry, known: Known): Guide {
  const { pack, run, state } = known
  const text = textOf(pack, entry.id)
  const { language, file } = trackOf(entry, known.language)
  const spoken = titleUnlessTypeScript(language)
  const ofLab = exercisesOf(entry.lab)
  const previous = EXERCISES[EXERCISES.indexOf(entry) - 1]
  const next = nextExercise(entry.id)
  return {
    id: entry.id,
    title: entry.title,
    lab: t('Lab {0}: {1}', entry.lab, LABS.find(({ lab }) => lab === entry.lab)?.title ?? ''),
    number: ofLab.indexOf(entry) + 1,
    of: ofLab.length,
    state: state(entry.id),
    text: textIn(text.readme, known.language),
    file,
    ...(spoken !== undefined && { language: spoken }),
    checks: entry.checks.map(({ id, title }) => ({ id, title, ...checkOf(id, known) })),
    asked: run?.asked === true,
    ...(run?.seed !== undefined && { seed: run.seed }),
    ...(run?.problem !== undefined && { problem: run.problem }),
    hints: text.hints.slice(0, known.hints),
    allHints: text.hints.length,
    solution: solutionIs(known.hasPassed(entry.id), known.hints, text.hints.length),
    passed: text.passed,
    needs: entry.buildsOn
      .map(id => exercise(id)!)
      .filter(({ id }) => !known.hasPassed(id) && state(id) !== 'reference')
      .map(named),
    ...(previous && { previous: named(previous) }),
    ...(next && { next: named(next) }),
    ...(entry.network !== undefined && { network: true }),
    trusted: known.trusted,
    checkOnSave: known.checkOnSave,
  }
}

/** Before the first run in this window, as after a reload, what is remembered: verdicts without their messages. */
function checkOf(id: string, { run, checks }: Known): ShownCheck {
  if (run) return run.checks[id] ?? { state: 'not-run' }
  const verdict = checks[id]
  return { state: verdict === undefined ? 'not-run' : STATE_OF[verdict] }
}

const named = ({ id, title }: ExerciseEntry) => ({ id, title })
