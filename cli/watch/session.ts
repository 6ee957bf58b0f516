/** What p2plab watch does: which exercise counts, its check, and the keys. Knows no terminal. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { EXERCISES, type ExerciseEntry } from '../../labs/catalogue.ts'
import { runCheck } from '../../labs/check/client.ts'
import type { CheckResult } from '../../labs/check/protocol.ts'
import type { Language } from '../../labs/languages.ts'
import type { LabsPack } from '../../labs/pack.ts'
import { nextToDo, standings } from '../../labs/report/standings.ts'
import { importsOf } from '../../labs/workspace/imports.ts'
import { learnerProgram, trackOf } from '../../labs/workspace/track.ts'
import { passedText } from '../../labs/workspace/workspace.ts'
import { moreHints, solutionGate, takeSolution } from '../helps.ts'
import { dist } from '../installation.ts'
import { listText, progressWords } from '../list.ts'
import { noter } from '../note.ts'
import { progressSaver } from '../save-progress.ts'
import type { Change } from './files.ts'
import type { Moment } from './moments.ts'

export interface Session {
  /** Turns to this exercise, or to the first that is not done. */
  begin(entry?: ExerciseEntry): Promise<void>
  /** Files have changed. */
  changed(changes: readonly Change[]): void
  /** A key other than those that end it. */
  key(key: string): void
  /** Resolves when the keys that came until now are answered. */
  answered(): Promise<void>
  /** Ends the check that is under way; resolves when nothing of it runs any more. */
  rest(): Promise<void>
  /** Checks the exercise again that counts. */
  again(): void
  /** As `rest`, and nothing is told any more. */
  end(): Promise<void>
}

export function createSession(parts: {
  /** The lab workspace, absolute. */
  dir: string
  /** Of the workspace. */
  language: Language
  pack: LabsPack
  /** Has these files followed, too: whatever an exercise imports. */
  follow: (files: Iterable<string>) => Promise<void>
  tell: (moment: Moment) => void
}): Session {
  const { dir, language, pack, follow } = parts
  let current: ExerciseEntry | undefined
  /** What it imports, and itself. */
  let imports: ReadonlySet<string> = new Set()
  /** Only the last to turn goes on: whatever was asked for before that is out of date. */
  let turn = 0
  let running: { controller: AbortController; over: Promise<void> } | undefined
  let asking: ExerciseEntry | undefined
  let ended = false

  const tell = (moment: Moment) => {
    if (!ended) parts.tell(moment)
  }
  const notice = (sentence: string) => tell({ type: 'notice', sentence })
  const fileOf = (entry: ExerciseEntry) => path.join(dir, trackOf(entry, language).file)
  const note = noter(dir, notice)

  const rest = async () => {
    turn++
    running?.controller.abort()
    await running?.over
  }
  const turnTo = async (entry: ExerciseEntry) => {
    current = entry
    asking = undefined
    const resting = rest()
    const mine = turn
    await resting
    if (mine !== turn) return
    const all = await standings(pack, dir)
    if (mine !== turn) return
    const standing = all.find(one => one.entry === entry)!
    tell({ type: 'turned', standing, progress: progressWords(all) })
    if (standing.file === 'missing' || standing.file === 'untouched') return
    const controller = new AbortController()
    running = { controller, over: check(entry, controller.signal).catch(complain) }
  }
  const complain = (error: unknown) => notice((error as Error).message)
  const start = (entry: ExerciseEntry) => void turnTo(entry).catch(complain)

  const check = async (entry: ExerciseEntry, signal: AbortSignal) => {
    imports = await importsOf(fileOf(entry), name => readFile(name, 'utf8'))
    await follow(imports)
    const track = trackOf(entry, language)
    const record = await progressSaver(entry, track, dir)
    if (signal.aborted) return
    tell({ type: 'check-started', entry, file: track.file })
    const isFirst = firstFinding()
    const result = await runCheck(
      { exercise: entry.id, program: learnerProgram(track, dir) },
      {
        dist,
        signal,
        onLog({ check, text }) {
          if (!signal.aborted) tell({ type: 'log', check, text })
        },
        onCheckFinished(result) {
          if (!signal.aborted) tell({ type: 'check-finished', result, first: isFirst(result) })
        },
      },
    )
    if (signal.aborted) return tell({ type: 'check-cancelled', entry })
    const unnoted = await record?.(result)
    const progress = progressWords(await standings(pack, dir))
    const passed = result.verdict === 'pass' && { passedText: passedText(pack, entry.id) }
    tell({ type: 'ended', result, progress, ...passed })
    if (unnoted !== undefined) notice(unnoted)
  }

  const act = async (key: string) => {
    const asked = asking
    asking = undefined
    if (asked) {
      if (key !== 'y') return notice('The solution was not shown.')
      return tell({ type: 'solution', entry: asked, text: (await takeSolution(where(asked))).text })
    }
    if (key === 'l') return list()
    if (key === 'n') return next()
    if (key !== 'h' && key !== 's') return tell({ type: 'no-key', key })
    const entry = current
    if (!entry) return notice('Save the file of an exercise first.')
    if (key === 'h') return tell({ type: 'hint', entry, shown: await moreHints(where(entry)) })
    const { rule, sentence } = await solutionGate(where(entry))
    if (rule === 'closed') return notice(`${sentence} Press h for the next hint.`)
    if (rule === 'open')
      return tell({ type: 'solution', entry, text: (await takeSolution(where(entry))).text })
    asking = entry
    tell({ type: 'question', sentence })
  }
  const where = (entry: ExerciseEntry) => ({ dir, pack, entry, note })
  const list = async () => {
    const all = await standings(pack, dir)
    tell({ type: 'list', text: listText(all, current?.id), progress: progressWords(all) })
  }
  const next = async () => {
    const to = nextToDo(await standings(pack, dir), current?.id)
    if (!to) return notice(ALL_DONE)
    if (to.entry === current) return notice('You have done every other exercise.')
    start(to.entry)
  }
  const begun = Promise.withResolvers<void>()
  // A key may come before it is known which exercise it is about.
  let keys = begun.promise

  return {
    async begin(entry) {
      try {
        await follow(EXERCISES.map(fileOf))
        const first = entry ?? nextToDo(await standings(pack, dir))?.entry
        if (first) await turnTo(first)
        else notice(ALL_DONE)
      } finally {
        begun.resolve()
      }
    },
    changed(changes) {
      const own = EXERCISES.flatMap(entry => {
        const change = changes.find(({ file }) => file === fileOf(entry))
        return change ? { entry, ...change } : []
      })
      const saved = own.filter(({ written }) => written).sort((a, b) => b.at - a.at)
      const chosen = saved.find(({ entry }) => entry === current) ?? saved[0]
      if (chosen) return start(chosen.entry)
      if (!current) return
      const gone = own.some(({ entry }) => entry === current)
      // A file of the learner's own that is no exercise is checked by what uses it.
      if (gone || changes.some(({ file, written }) => written && imports.has(file))) start(current)
    },
    key(key) {
      keys = keys.then(() => act(key)).catch(complain)
    },
    answered: () => keys,
    rest,
    again() {
      if (current) start(current)
    },
    end() {
      ended = true
      return rest()
    },
  }
}

const ALL_DONE = 'You have done all exercises. Save a file to check it again.'

/** Says of each result whether it is the one to show: the first that failed; before that, the first that was not judged. */
function firstFinding(): (result: CheckResult) => boolean {
  let shown: CheckResult['verdict'] = 'pass'
  return ({ verdict }) => {
    const isFirst = verdict !== 'pass' && shown !== 'fail' && (shown === 'pass' || verdict === 'fail')
    if (isFirst) shown = verdict
    return isFirst
  }
}
