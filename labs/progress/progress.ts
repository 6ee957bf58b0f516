/**
 * How far a learner is, as facts that can be united: what was checked (by the hash of its content) and how it came
 * out, and what else happened to an exercise. Pure; file.ts reads and writes them as a file.
 *
 * A fact about content is only about that content: an exercise counts as passed while its file is, to the letter,
 * one that has passed. Only the learner's file of the exercise is hashed, not the earlier exercises that it imports:
 * a change there shows at that exercise.
 */
import { createHash } from 'node:crypto'
import type { Verdict } from '../check/protocol.ts'
import { exercise as exerciseEntry } from '../catalogue.ts'
import type { Language } from '../languages.ts'
import { trackOf } from '../workspace/track.ts'

/** How the checks of one content of one exercise's file came out. There is one of these per exercise, language and content. */
export interface Result {
  exercise: string
  /** Of the file; a later version may know more of them. Left out: TypeScript. */
  language?: string
  /** `contentHash` of the file; UNKNOWN for what an older version remembered without it. */
  content: string
  /** When it was last checked, UTC, as from Date.toISOString. */
  at: string
  /** Of all checks together. */
  verdict: Verdict
  /** Of the last run. Left out where it is not known. */
  seed?: number
  /** The last verdict of each check that was run, by its id. */
  checks: Readonly<Record<string, Verdict>>
  /** When all checks of this content first passed, UTC. */
  firstPassed?: string
}

/** 'reference': the file was filled with the reference solution by Catch Up. */
export const EVENTS = ['reference', 'reset', 'solution', 'hint'] as const
export type EventKind = (typeof EVENTS)[number]

export interface Happening {
  exercise: string
  event: EventKind
  at: string
  /** Only of 'reference': the hash of what was written. */
  content?: string
}

export interface ProgressFacts {
  results: readonly Result[]
  events: readonly Happening[]
}

/** Where an exercise stands. 'changed': it passed, and its file was changed since. 'unclear': the last check was inconclusive or could not be run. */
export type Standing = 'not-run' | 'passed' | 'changed' | 'reference' | 'failed' | 'unclear'

/** Where file.ts keeps them, in a lab workspace. */
export const PROGRESS_FILE = '.p2plab/progress.json'

export const NO_PROGRESS: ProgressFacts = { results: [], events: [] }
export const UNKNOWN = 'unknown'

/** What is kept per exercise, so that the file stays small: about 200 kB at 32 exercises, usually a tenth. */
const MAX_RESULTS = 12
const MAX_EVENTS = 20

/** SHA-256 in hex of the text with \r\n taken as \n: a checkout on Windows changes nothing. */
export const contentHash = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n'), 'utf8').digest('hex')

/** All facts of both; of two results for the same content the later one counts. The order of the arguments does not matter. */
export function unite(a: ProgressFacts, b: ProgressFacts): ProgressFacts {
  const results = new Map<string, Result>()
  for (const result of [...a.results, ...b.results]) {
    const key = `${result.exercise} ${result.language ?? ''} ${result.content}`
    const other = results.get(key)
    results.set(key, other ? uniteResults(other, result) : result)
  }
  const events = new Map([...a.events, ...b.events].map(event => [eventKey(event), event]))
  return bounded({ results: [...results.values()], events: [...events.values()] })
}

const eventKey = ({ exercise, event, at, content = '' }: Happening) => `${exercise} ${event} ${at} ${content}`

function uniteResults(a: Result, b: Result): Result {
  const [, later] = [a, b].sort(by(age))
  const firstPassed = [a.firstPassed, b.firstPassed].filter(time => time !== undefined).sort()[0]
  return { ...later!, ...(firstPassed !== undefined && { firstPassed }) }
}

/** Two results of the same instant, from two machines: any order will do, as long as it is the same everywhere. */
const age = ({ at, verdict, seed, checks }: Result) => `${at} ${JSON.stringify([verdict, seed, checks])}`

/** Sorted, and per exercise the newest, with the first pass of all and the last reset always among them. */
function bounded({ results, events }: ProgressFacts): ProgressFacts {
  return {
    results: byExercise(results).flatMap(of => {
      const first = of.filter(r => r.firstPassed !== undefined).sort(by(r => r.firstPassed!))[0]
      const newest = of.sort(by(r => r.at)).reverse()
      const kept = newest.slice(0, MAX_RESULTS)
      if (first && !kept.includes(first)) kept.splice(-1, 1, first)
      return kept.sort(by(r => `${r.content} ${r.language ?? ''}`))
    }),
    events: byExercise(events).flatMap(of => {
      const kinds = EVENTS.flatMap(kind =>
        of
          .filter(e => e.event === kind)
          .sort(by(e => `${e.at} ${e.content ?? ''}`))
          .slice(-MAX_EVENTS),
      )
      return kinds.sort(by(eventKey))
    }),
  }
}

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0

function byExercise<T extends { exercise: string }>(facts: readonly T[]): T[][] {
  const groups = Map.groupBy(facts, fact => fact.exercise)
  return [...groups.keys()].sort(compareExercises).map(id => groups.get(id)!)
}

/** '1.10' comes after '1.9'. */
export function compareExercises(a: string, b: string): number {
  const [as, bs] = [a.split('.'), b.split('.')]
  const difference = as.map((part, i) => Number(part) - Number(bs[i] ?? -1)).find(d => d !== 0)
  return difference || (a < b ? -1 : a > b ? 1 : 0)
}

/**
 * The facts that count in a workspace of `language`: what passed in another track of an exercise, as in progress that was merged from another
 * workspace, is nothing that passed in this one.
 */
export const inTracksOf = (facts: ProgressFacts, language: Language): ProgressFacts => ({
  ...facts,
  results: facts.results.filter(result => {
    const entry = exerciseEntry(result.exercise)
    return entry && trackOf(entry, language).language === (result.language ?? 'typescript')
  }),
})

export interface Checked {
  exercise: string
  /** Of the track that was checked. */
  language: Language
  /** Of the file that was checked. */
  content: string
  verdict: Verdict
  seed: number
  checks: readonly { id: string; verdict: Verdict }[]
  /** False when only some of the checks were run. */
  whole: boolean
}

/**
 * With what a check has shown. Of some of the checks only a failure counts: their passing proves nothing about the
 * others. `now` is a parameter for tests.
 */
export function withResult(facts: ProgressFacts, checked: Checked, now = new Date()): ProgressFacts {
  const { exercise, content, seed, whole } = checked
  const language = checked.language === 'typescript' ? undefined : checked.language
  const before = facts.results.find(
    r => r.exercise === exercise && r.content === content && r.language === language,
  )
  const verdict = whole || checked.verdict === 'fail' ? checked.verdict : before?.verdict
  if (verdict === undefined) return facts
  // A clock that was set back must not make the newest result an old one.
  const at = later(facts, exercise, now)
  const checks = Object.fromEntries(checked.checks.map(({ id, verdict }) => [id, verdict]))
  const firstPassed = before?.firstPassed ?? (whole && verdict === 'pass' ? at : undefined)
  const result: Result = {
    exercise,
    ...(language !== undefined && { language }),
    content,
    at,
    verdict,
    seed,
    checks: whole ? checks : { ...before?.checks, ...checks },
    ...(firstPassed !== undefined && { firstPassed }),
  }
  return unite(facts, { results: [result], events: [] })
}

export function withEvent(
  facts: ProgressFacts,
  { exercise, event, content }: Omit<Happening, 'at'>,
  now = new Date(),
): ProgressFacts {
  const at = later(facts, exercise, now)
  return unite(facts, {
    results: [],
    events: [{ exercise, event, at, ...(content !== undefined && { content }) }],
  })
}

/** `now`, or just after the latest fact about the exercise. */
function later({ results, events }: ProgressFacts, exercise: string, now: Date): string {
  const times = [...results, ...events].filter(f => f.exercise === exercise).map(f => Date.parse(f.at) + 1)
  return new Date(Math.max(now.getTime(), ...times.filter(Number.isFinite))).toISOString()
}

/** Where an exercise stands whose file has the hash `content` now; undefined when there is no file. */
export function standing(facts: ProgressFacts, exercise: string, content: string | undefined): Standing {
  const { results, reset } = since(facts, exercise)
  const current = results.find(r => r.content === content)
  const filled = facts.events.some(
    e => e.exercise === exercise && e.event === 'reference' && e.content === content && content !== undefined,
  )
  if (filled) return 'reference'
  if (current?.verdict === 'pass') return 'passed'
  const latest = results
    .filter(r => r.at > reset)
    .sort(by(r => r.at))
    .at(-1)
  switch (latest?.verdict) {
    case undefined:
      return 'not-run'
    case 'pass':
      return 'changed'
    case 'fail':
      return 'failed'
    default:
      return 'unclear'
  }
}

/** Whether it ever passed since it was last reset, as the learner's own work. */
export function passedOnce(facts: ProgressFacts, exercise: string, content: string | undefined): boolean {
  const { results, reset } = since(facts, exercise)
  const references = facts.events.filter(e => e.exercise === exercise && e.event === 'reference')
  return results.some(
    r =>
      r.firstPassed !== undefined &&
      (r.at > reset || r.content === content) &&
      !references.some(e => e.content === r.content),
  )
}

/** The verdicts of the checks of this very content, by id; empty when it was not checked. */
export const checksOf = (
  facts: ProgressFacts,
  exercise: string,
  content: string | undefined,
): Readonly<Record<string, Verdict>> =>
  facts.results.find(r => r.exercise === exercise && r.content === content)?.checks ?? {}

/** When it was last reset, UTC; undefined where it never was. */
export const lastReset = ({ events }: ProgressFacts, exercise: string): string | undefined =>
  events
    .filter(e => e.exercise === exercise && e.event === 'reset')
    .map(e => e.at)
    .sort()
    .at(-1)

const since = (facts: ProgressFacts, exercise: string): { results: Result[]; reset: string } => ({
  results: facts.results.filter(r => r.exercise === exercise),
  reset: lastReset(facts, exercise) ?? '',
})
