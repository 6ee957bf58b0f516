/**
 * The text of .p2plab/progress.json. It is JSON, and it is also lines that git can merge: one fact a line, sorted, each
 * line with its comma, so that the lines of two branches put one after the other are a progress file again. Where git
 * left its conflict markers, both sides are read.
 *
 *     {
 *     "version": 1,
 *     "facts": [
 *     {"exercise":"1.1","content":"9f86…","at":"2026-01-31T12:00:00.000Z","verdict":"pass","seed":7,"checks":{"port-zero":"pass"},"firstPassed":"2026-01-31T12:00:00.000Z"},
 *     {"exercise":"1.1","event":"reset","at":"2026-01-31T13:00:00.000Z"},
 *     null
 *     ]
 *     }
 */
import * as v from 'valibot'
import { MAX_SEED, VERDICTS } from '../check/protocol.ts'
import {
  compareExercises,
  EVENTS,
  NO_PROGRESS,
  UNKNOWN,
  unite,
  type Happening,
  type ProgressFacts,
  type Result,
} from './progress.ts'

const VERSION = 1

const id = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))
/** Only what Date.toISOString writes: it sorts as text. */
const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const verdict = v.picklist(VERDICTS)

const result = v.object({
  exercise: id,
  language: v.optional(id),
  content: v.union([hash, v.literal(UNKNOWN)]),
  at: time,
  verdict,
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_SEED))),
  checks: v.pipe(
    v.record(id, verdict),
    v.check(checks => Object.keys(checks).length <= 64),
  ),
  firstPassed: v.optional(time),
})
const happening = v.object({ exercise: id, event: v.picklist(EVENTS), at: time, content: v.optional(hash) })

export interface ParsedProgress {
  facts: ProgressFacts
  /** 'broken': some of it could not be read. 'newer': a later version of P2P Lab wrote it, and nothing was read. */
  state: 'ok' | 'broken' | 'newer'
}

/** Never throws. */
export function parseProgress(text: string): ParsedProgress {
  const byLine = parseLines(text)
  if (byLine.state !== 'broken') return byLine
  // Somebody's formatter may have put one fact on many lines.
  try {
    const value = JSON.parse(text) as { version?: unknown; facts?: unknown } | null
    if (isNewer(value?.version)) return { facts: NO_PROGRESS, state: 'newer' }
    if (value?.version !== VERSION || !Array.isArray(value.facts)) return byLine
    return parseFacts(value.facts.filter(fact => fact !== null))
  } catch {
    return byLine
  }
}

const isNewer = (version: unknown) => typeof version === 'number' && version > VERSION

/** What git writes around the two sides of a conflict; `|||||||` and what follows it is the common ancestor. */
const MARKER = /^(<{7}|>{7}|={7}|\|{7})( |$)/
const FRAME = ['', '{', '}', '"facts": [', ']', 'null']

function parseLines(text: string): ParsedProgress {
  const values: unknown[] = []
  let broken = false
  let versions = 0
  for (const line of text.split('\n').map(line => line.trim())) {
    if (MARKER.test(line) || FRAME.includes(line)) continue
    const version = /^"version": (\d+),$/.exec(line)?.[1]
    if (version !== undefined) {
      if (isNewer(Number(version))) return { facts: NO_PROGRESS, state: 'newer' }
      versions++
      continue
    }
    try {
      values.push(JSON.parse(line.replace(/,$/, '')))
    } catch {
      broken = true
    }
  }
  const parsed = parseFacts(values)
  return { facts: parsed.facts, state: broken || versions === 0 ? 'broken' : parsed.state }
}

function parseFacts(values: readonly unknown[]): ParsedProgress {
  const results: Result[] = []
  const events: Happening[] = []
  let state: ParsedProgress['state'] = 'ok'
  for (const value of values) {
    const asResult = v.safeParse(result, value)
    const asEvent = v.safeParse(happening, value)
    if (asResult.success) results.push(asResult.output as Result)
    else if (asEvent.success) events.push(asEvent.output as Happening)
    else state = 'broken'
  }
  return { facts: unite(NO_PROGRESS, { results, events }), state }
}

export function formatProgress({ results, events }: ProgressFacts): string {
  const lines = [
    ...results.map(fact => ({ exercise: fact.exercise, line: formatResult(fact) })),
    ...events.map(fact => ({ exercise: fact.exercise, line: formatEvent(fact) })),
  ].sort((a, b) => compareExercises(a.exercise, b.exercise) || (a.line < b.line ? -1 : 1))
  return [
    '{',
    `"version": ${VERSION},`,
    '"facts": [',
    ...lines.map(({ line }) => `${line},`),
    'null',
    ']',
    '}',
    '',
  ].join('\n')
}

/** Keys in one order, so that the same facts are the same text on every machine. */
function formatResult(result: Result): string {
  const { exercise, language, content, at, verdict, seed, checks, firstPassed } = result
  const sorted = Object.fromEntries(Object.entries(checks).sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify({ exercise, language, content, at, verdict, seed, checks: sorted, firstPassed })
}

const formatEvent = ({ exercise, event, at, content }: Happening): string =>
  JSON.stringify({ exercise, event, at, content })
