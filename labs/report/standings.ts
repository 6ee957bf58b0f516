/** Where a learner stands in a workspace: for a list, and for what comes next. */
import path from 'node:path'
import { EXERCISES, type ExerciseEntry } from '../catalogue.ts'
import type { LabsPack } from '../pack.ts'
import { readProgress } from '../progress/file.ts'
import {
  checksOf,
  contentHash,
  inTracksOf,
  passedOnce,
  standing,
  type Standing,
} from '../progress/progress.ts'
import { readText } from '../workspace/backup.ts'
import { languageOf } from '../workspace/language.ts'
import { trackOf, type Track } from '../workspace/track.ts'
import { fileState, type FileState } from '../workspace/workspace.ts'

export interface ExerciseStanding {
  entry: ExerciseEntry
  /** Of this workspace. */
  track: Track
  /** What its file holds now. */
  file: FileState
  /** A starter that nobody touched is never 'failed' or 'unclear', whatever was checked: it is 'not-run'. */
  state: Standing
  /** How many of its checks this very content has passed. */
  passed: number
  /** Whether it passed since it was last reset, also when its file was changed since. */
  hasPassed: boolean
}

/** One for each exercise, in order. Reads and changes nothing. A file that cannot be read counts as missing. Rejects with UnknownLanguage. */
export async function standings(pack: LabsPack, dir: string): Promise<ExerciseStanding[]> {
  const language = await languageOf(dir)
  const facts = inTracksOf((await readProgress(dir)).facts, language)
  return Promise.all(
    EXERCISES.map(async entry => {
      const { id } = entry
      const track = trackOf(entry, language)
      const text = await readText(path.join(dir, track.file)).catch(() => undefined)
      const content = text === undefined ? undefined : contentHash(text)
      const file = fileState(pack, id, track.language, text)
      const judged = standing(facts, id, content)
      const state = file === 'untouched' && (judged === 'failed' || judged === 'unclear') ? 'not-run' : judged
      const passed = Object.values(checksOf(facts, id, content)).filter(verdict => verdict === 'pass').length
      return { entry, track, file, state, passed, hasPassed: passedOnce(facts, id, content) }
    }),
  )
}

/** Done for now: passed as it is, or filled with the reference. */
const isDone = ({ state }: ExerciseStanding): boolean => state === 'passed' || state === 'reference'

/** The first exercise after `id` that is not done, and after the last one from the beginning; undefined where all are. */
export function nextToDo(all: readonly ExerciseStanding[], id?: string): ExerciseStanding | undefined {
  const from = all.findIndex(({ entry }) => entry.id === id) + 1
  return [...all.slice(from), ...all.slice(0, from)].find(one => !isDone(one))
}
