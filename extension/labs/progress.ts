/** How far the learner is: the facts of .p2plab/progress.json, and the state of each exercise that follows from them. */
import * as vscode from 'vscode'
import type { ExerciseResult, Verdict } from '../../labs/check/protocol.ts'
import { exercise as exerciseEntry, EXERCISES } from '../../labs/catalogue.ts'
import {
  checksOf,
  inTracksOf,
  lastReset,
  NO_PROGRESS,
  passedOnce,
  standing,
  unite,
  withEvent,
  withResult,
  type EventKind,
  type ProgressFacts,
} from '../../labs/progress/progress.ts'
import type * as file from '../../labs/progress/file.ts'
import type * as text from '../../labs/progress/text.ts'
import { sentence } from '../errors.ts'
import type { Walkthrough } from '../walkthrough.ts'
import type { ExerciseState } from './exercise-state.ts'
import type { LabFolder } from './folder.ts'
import { takeOldProgress } from './old-progress.ts'
import { languageIn, trackIn } from './tracks.ts'
import { watchProgress } from './watch-progress.ts'

/** What could not be written to the file is kept here, as the text of such a file. */
const KEY = 'p2plab.progress.unwritten'
/** By lab workspace, where the window shows several; that of the first is under KEY, as in windows with one. */
const keyOf = (dir: string) =>
  vscode.workspace.workspaceFolders?.[0]?.uri.fsPath === dir ? KEY : `${KEY} ${dir}`

export interface FinishedRun {
  /** What `content()` gave before the check: what was changed meanwhile was not checked. */
  content: string | undefined
  /** All of its checks were run. */
  whole: boolean
  /** The lab workspace that it ran in, which need not be the one that is shown any more. */
  dir: string
}

export interface Progress extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>
  /** Resolves when what is in the folder, if there is one, has been read. */
  loaded(): Promise<void>
  state(exercise: string): ExerciseState
  /** The verdicts of its checks, by id, as long as its file is what was checked; otherwise empty. */
  checks(exercise: string): Readonly<Record<string, Verdict>>
  /** Whether it passed since it was last reset, also when its file was changed since. */
  hasPassed(exercise: string): boolean
  /** When it was last reset, UTC; undefined where it never was. */
  lastReset(exercise: string): string | undefined
  /** A check of it is under way until the returned function is called. */
  running(exercise: string): () => void
  /** The hash of its file as it is on disk now, in the lab workspace `dir` or the one that is shown; undefined when there is none. */
  content(exercise: string, dir?: string): Promise<string | undefined>
  /** The same of the lab workspace that is shown, as it was when it was last looked at. */
  hash(exercise: string): string | undefined
  finished(result: ExerciseResult, run: FinishedRun): Promise<void>
  /** Something else happened to it; `content` only for 'reference'. */
  note(exercise: string, event: EventKind, content?: string): Promise<void>
  /** All that is known, also what could not be written. */
  facts(): ProgressFacts
}

/** What reads and writes the file, loaded when there is a lab workspace. */
type Files = () => Promise<
  Pick<typeof file, 'hashOf' | 'readProgress' | 'updateProgress'> &
    Pick<typeof text, 'formatProgress' | 'parseProgress'>
>

export function labProgress(
  folder: LabFolder,
  files: Files,
  memento: vscode.Memento,
  { done }: Walkthrough,
  /** Shows a sentence about the file. */
  tell: (notice: string) => void,
): Progress {
  const changed = new vscode.EventEmitter<void>()
  const running = new Map<string, number>()
  const contents = new Map<string, string | undefined>()
  /** Checks that passed alone: they say nothing about the exercise, so they are not worth a fact. */
  const alone = new Map<string, { content: string; checks: Record<string, Verdict> }>()
  let facts: ProgressFacts = NO_PROGRESS
  /** What is being written: a reading that began before must not make it undone. */
  const unfinished = new Map<ProgressFacts, string>()
  let told: string | undefined

  const dir = () => folder.known?.fsPath
  /** Those that count in the folder that is shown. */
  const counted = () => inTracksOf(facts, languageIn(folder.known))
  const trackAt = (exercise: string, at: string) => {
    const entry = exerciseEntry(exercise)
    return entry && trackIn(vscode.Uri.file(at), entry)
  }
  const content = async (exercise: string, at = dir()) => {
    const file = at === undefined ? undefined : trackAt(exercise, at)?.file
    const hash = at !== undefined && file !== undefined ? await (await files()).hashOf(at, file) : undefined
    if (at === dir()) contents.set(exercise, hash)
    return hash
  }
  const tellOnce = (notice: string | undefined) => {
    if (notice !== undefined && notice !== told) tell(notice)
    told = notice ?? told
  }

  const change = async (how: (facts: ProgressFacts) => ProgressFacts) => {
    facts = how(facts)
    changed.fire()
    const at = dir()
    if (at === undefined) return
    const own = facts
    unfinished.set(own, at)
    const { updateProgress, formatProgress } = await files()
    const result = await updateProgress(at, inFile => unite(inFile, own))
    unfinished.delete(own)
    // Another folder may be shown since.
    const all = dir() === at ? (facts = unite(facts, result.facts)) : result.facts
    const unwritten = result.written ? undefined : formatProgress(all)
    if (memento.get(keyOf(at)) !== unwritten) await memento.update(keyOf(at), unwritten)
    tellOnce(result.notice)
    changed.fire()
  }

  /** Everything anew: another folder, a git pull, a file that was edited elsewhere. */
  const load = async () => {
    const at = dir()
    await Promise.all(EXERCISES.map(({ id }) => content(id)))
    if (at === undefined) return changed.fire()
    const { readProgress, parseProgress } = await files()
    const read = await readProgress(at)
    if (at !== dir()) return
    const unwritten = parseProgress(memento.get<string>(keyOf(at)) ?? '').facts
    const old = await takeOldProgress(memento, contents)
    if (at !== dir()) return
    const own = [...unfinished].flatMap(([written, where]) => (where === at ? [written] : []))
    facts = [unwritten, old, ...own].reduce(unite, read.facts)
    changed.fire()
    if (read.state === 'broken' || old !== NO_PROGRESS) await change(before => before)
  }
  const loading = { last: Promise.resolve() }
  const reload = () =>
    (loading.last = loading.last.then(load).catch((error: unknown) => tellOnce(sentence(error))))
  const watching = watchProgress(folder, {
    onProgress: () => void reload(),
    onExercise: exercise => void content(exercise).then(() => changed.fire()),
  })
  const subscription = folder.onDidChange(() => {
    alone.clear()
    contents.clear()
    facts = NO_PROGRESS
    void reload()
  })

  const count = (exercise: string, by: number) => {
    running.set(exercise, (running.get(exercise) ?? 0) + by)
    changed.fire()
  }
  return {
    onDidChange: changed.event,
    loaded: () => loading.last,
    state: exercise =>
      (running.get(exercise) ?? 0) > 0 ? 'running' : standing(counted(), exercise, contents.get(exercise)),
    checks(exercise) {
      const hash = contents.get(exercise)
      const extra = alone.get(exercise)
      return { ...checksOf(counted(), exercise, hash), ...(extra?.content === hash && extra?.checks) }
    },
    hasPassed: exercise => passedOnce(counted(), exercise, contents.get(exercise)),
    lastReset: exercise => lastReset(facts, exercise),
    running(exercise) {
      count(exercise, 1)
      return () => count(exercise, -1)
    },
    content,
    hash: exercise => contents.get(exercise),
    async finished({ exercise, verdict, seed, checks, problem }, { content: before, whole, dir: at }) {
      // What could not be run at all says nothing about the file.
      if (problem !== undefined || before === undefined) return changed.fire()
      if ((await content(exercise, at)) !== before) return changed.fire()
      const language = trackAt(exercise, at)?.language ?? 'typescript'
      const checked = { exercise, language, content: before, verdict, seed, checks, whole }
      if (at !== dir()) {
        const { updateProgress } = await files()
        return tellOnce((await updateProgress(at, all => withResult(all, checked))).notice)
      }
      if (whole) alone.delete(exercise)
      else rememberAlone(alone, exercise, before, checks)
      await change(all => withResult(all, checked))
      if (exercise === '1.1' && passedOnce(counted(), exercise, before)) done('exercise')
    },
    note: (exercise, event, hash) =>
      change(all => withEvent(all, { exercise, event, ...(hash !== undefined && { content: hash }) })),
    facts: () => facts,
    dispose: () => vscode.Disposable.from(changed, watching, subscription).dispose(),
  }
}

function rememberAlone(
  alone: Map<string, { content: string; checks: Record<string, Verdict> }>,
  exercise: string,
  content: string,
  checks: ExerciseResult['checks'],
): void {
  const before = alone.get(exercise)
  const now = Object.fromEntries(checks.map(check => [check.id, check.verdict]))
  alone.set(exercise, { content, checks: { ...(before?.content === content && before.checks), ...now } })
}
