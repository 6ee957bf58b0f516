/** What a teacher is told about lab workspaces: per exercise how it stands, from the facts or from checks run again. */
import { fileProblem } from '../../network/file-problem.ts'
import path from 'node:path'
import { EXERCISES } from '../catalogue.ts'
import type { ExerciseResult, Verdict } from '../check/protocol.ts'
import type { Language } from '../languages.ts'
import {
  inTracksOf,
  standing,
  type EventKind,
  type ProgressFacts,
  type Standing,
} from '../progress/progress.ts'
import { hashOf, readProgress, type ReadProgress } from '../progress/file.ts'
import { readText } from '../workspace/backup.ts'
import { languageOf, UnknownLanguage } from '../workspace/language.ts'
import { offeredLanguages, trackOf } from '../workspace/track.ts'
import type { FoundFolder } from './find.ts'

export interface ExerciseReport {
  id: string
  title: string
  /** Of the track that counts in the workspace. Left out: TypeScript. */
  language?: Language
  state: Standing
  /** Ids of the checks that passed when it was last checked, in the exercise's order. */
  passed: readonly string[]
  /** How many checks the exercise has. */
  checks: number
  /** When all checks first passed, UTC. Left out where it never did. */
  firstPassed?: string
  /** Of the run that `passed` is from. */
  seed?: number
  /** How often it was reset. */
  resets: number
  /** How often its solution was shown, and a hint asked for, before it first passed: what is read after that is no help. */
  solutions: number
  hints: number
}

export interface WorkspaceReport {
  /** Absolute path. */
  folder: string
  /** What it is called beside others. Left out: the last part of its path. */
  name?: string
  /**
   * How its progress file could be read. 'no-p2plab-folder': there are files of exercises, but no folder .p2plab, so no progress is known.
   * 'no-lab-workspace': there is neither.
   */
  progress: ReadProgress['state'] | 'no-p2plab-folder' | 'no-lab-workspace'
  /** Why nothing could be read, as a sentence's end: there are no exercises then. */
  problem?: string
  exercises: readonly ExerciseReport[]
}

/** The hash of each exercise's file as it is now in the workspace `folder` of that language. Never rejects. */
export async function contentsOf(
  folder: string,
  language: Language,
): Promise<ReadonlyMap<string, string | undefined>> {
  const hashes = EXERCISES.map(
    async entry => [entry.id, await hashOf(folder, trackOf(entry, language).file)] as const,
  )
  return new Map(await Promise.all(hashes))
}

/** `contents` as from `contentsOf`, for a workspace of `workspaceLanguage`. */
export function reportOf(
  all: ProgressFacts,
  contents: ReadonlyMap<string, string | undefined>,
  workspaceLanguage: Language,
): ExerciseReport[] {
  const facts = inTracksOf(all, workspaceLanguage)
  return EXERCISES.map(entry => {
    const { id, title, checks } = entry
    const { language } = trackOf(entry, workspaceLanguage)
    const own = facts.results.filter(r => r.exercise === id)
    const latest = own.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1)
    const shown = own.find(r => r.content === contents.get(id)) ?? latest
    const firstPassed = own.flatMap(r => r.firstPassed ?? []).sort()[0]
    const events = facts.events.filter(e => e.exercise === id)
    // A pass of what Catch Up filled in is not the learner's own.
    const filled = events.map(e => (e.event === 'reference' ? e.content : undefined))
    const passedAt = own
      .filter(r => !filled.includes(r.content))
      .flatMap(r => r.firstPassed ?? [])
      .sort()[0]
    const of = (event: EventKind) => events.filter(e => e.event === event)
    const helped = (event: EventKind) =>
      of(event).filter(e => passedAt === undefined || e.at < passedAt).length
    return {
      id,
      title,
      ...(language !== 'typescript' && { language }),
      state: standing(facts, id, contents.get(id)),
      passed: passedOf(checks, shown?.checks ?? {}),
      checks: checks.length,
      ...(firstPassed !== undefined && { firstPassed }),
      ...(shown?.seed !== undefined && { seed: shown.seed }),
      resets: of('reset').length,
      solutions: helped('solution'),
      hints: helped('hint'),
    }
  })
}

const passedOf = (checks: readonly { id: string }[], verdicts: Readonly<Record<string, Verdict>>) =>
  checks.map(({ id }) => id).filter(id => Object.hasOwn(verdicts, id) && verdicts[id] === 'pass')

/** The same exercise when its checks were run again just now, instead of believing the file. */
export function verified(
  report: ExerciseReport,
  result: ExerciseResult,
  isReference: boolean,
): ExerciseReport {
  const verdicts = Object.fromEntries(result.checks.map(({ id, verdict }) => [id, verdict]))
  const checks = EXERCISES.find(entry => entry.id === report.id)?.checks ?? []
  const state = isReference && result.verdict === 'pass' ? 'reference' : STATE[result.verdict]
  return { ...report, state, passed: passedOf(checks, verdicts), seed: result.seed }
}

const STATE = { pass: 'passed', fail: 'failed', inconclusive: 'unclear', error: 'unclear' } as const

/** Reads and changes nothing. Never rejects. */
export async function workspaceReport({ folder, name, kind, error }: FoundFolder): Promise<WorkspaceReport> {
  if (kind === 'none') return { folder, name, progress: 'no-lab-workspace', exercises: [] }
  if (kind === 'unreadable') {
    const problem = fileProblem(error).cause
    return { folder, name, progress: 'unreadable', problem, exercises: [] }
  }
  let language: Language
  try {
    language = kind === 'bare' ? await likeliestLanguage(folder) : await languageOf(folder)
  } catch (error) {
    if (!(error instanceof UnknownLanguage)) throw error
    return { folder, name, progress: 'unreadable', problem: error.cause, exercises: [] }
  }
  const { facts, state } = await readProgress(folder)
  const exercises = reportOf(facts, await contentsOf(folder, language), language)
  return { folder, name, progress: kind === 'bare' ? 'no-p2plab-folder' : state, exercises }
}

/** Without .p2plab nothing says it: the language in which most exercises have their file. TypeScript where that is not clear. */
async function likeliestLanguage(folder: string): Promise<Language> {
  const isThere = (file: string) =>
    readText(path.join(folder, file)).then(
      text => text !== undefined,
      () => false,
    )
  const counted = offeredLanguages(EXERCISES).map(async language => {
    const there = await Promise.all(EXERCISES.map(entry => isThere(trackOf(entry, language).file)))
    return { language, files: there.filter(Boolean).length }
  })
  const [best] = (await Promise.all(counted)).sort((a, b) => b.files - a.files)
  return best?.language ?? 'typescript'
}

export const count = (exercises: readonly ExerciseReport[], state: Standing): number =>
  exercises.filter(exercise => exercise.state === state).length
