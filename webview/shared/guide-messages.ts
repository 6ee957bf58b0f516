/**
 * What goes between the guide and the extension that shows it. The guide says `ready` and gets a `show` whenever
 * anything in it changed: it is a few kilobytes, so it always comes whole. Shared with extension/.
 */
import * as v from 'valibot'

const short = v.pipe(v.string(), v.maxLength(200))
const long = v.pipe(v.string(), v.maxLength(200_000))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const named = v.object({ id: short, title: short })

/**
 * 'unclear': inconclusive, or it could not be judged. 'changed': passed before, but the file is another one now.
 * 'reference': the file holds the reference solution, which a catch-up put there.
 */
const state = v.picklist(['not-run', 'running', 'passed', 'failed', 'unclear', 'changed', 'reference'])
export type GuideState = v.InferOutput<typeof state>

const check = v.object({
  id: short,
  title: short,
  state: v.picklist(['not-run', 'running', 'passed', 'failed', 'unclear']),
  /** What went wrong, in several lines with bytes in columns. */
  message: v.optional(long),
  /** What it has measured, beside the same of the reference solution. */
  figures: v.optional(
    v.pipe(
      v.array(v.object({ name: short, value: short, reference: v.optional(short) })),
      v.readonly(),
      v.maxLength(12),
    ),
  ),
  /** Its packets can be saved. */
  captured: v.optional(v.boolean()),
  /** It has a report. */
  reported: v.optional(v.boolean()),
})
export type GuideCheck = v.InferOutput<typeof check>

const guide = v.object({
  id: short,
  title: short,
  /** As in "Lab 1: TCP and UDP". */
  lab: short,
  /** Its place among the exercises of its lab, from 1. */
  number: count,
  of: count,
  state,
  /** Markdown. */
  text: long,
  /** The learner's file, relative to the workspace. */
  file: short,
  /** What its language is called, where it is worth saying: it is not TypeScript. */
  language: v.optional(short),
  checks: v.array(check),
  /** The last run is one that the learner asked for, rather than one that a save started. */
  asked: v.boolean(),
  /** The last run of all checks: its seed, in decimal, and whether that very run can be repeated. */
  seed: v.optional(count),
  /** Why the last run came to nothing, in a sentence. */
  problem: v.optional(long),
  /** The hints that were asked for so far, in Markdown. */
  hints: v.array(long),
  allHints: count,
  /** 'closed' until it has passed or all hints were seen; 'ask' when it has not passed. */
  solution: v.picklist(['closed', 'ask', 'open']),
  /** What the pass has shown, and what comes next. Markdown. */
  passed: long,
  /** Earlier exercises whose files this one needs, and which have not passed. */
  needs: v.array(named),
  previous: v.optional(named),
  next: v.optional(named),
  /** Whether the learner's code may be run in this workspace. */
  trusted: v.boolean(),
  /** Copies of the program can be run as a network. */
  network: v.optional(v.boolean()),
  /** Whether saving the file checks it. */
  checkOnSave: v.boolean(),
})
export type Guide = v.InferOutput<typeof guide>

const toGuide = v.variant('type', [
  /** `guide` is left out in a window without a lab workspace. */
  v.object({ type: v.literal('show'), guide: v.optional(guide) }),
  /** Brings the newest hint into sight and puts the focus there. */
  v.object({ type: v.literal('revealHint') }),
])
export type ToGuide = v.InferOutput<typeof toGuide>

const exercise = v.pipe(v.string(), v.regex(/^[1-9]\.[1-9]$/))

const fromGuide = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('openWorkspace') }),
  v.object({ type: v.literal('manageTrust') }),
  v.object({ type: v.literal('checkOnSave'), on: v.boolean() }),
  /** All checks, or one. */
  v.object({ type: v.literal('check'), exercise, check: v.optional(short) }),
  v.object({ type: v.literal('cancel'), exercise }),
  v.object({ type: v.literal('debug'), exercise, check: v.optional(short) }),
  /** What went over the wire in the last run of a check. */
  v.object({ type: v.literal('transcript'), exercise, check: short }),
  /** Saves what was sent in that run. */
  v.object({ type: v.literal('capture'), exercise, check: short }),
  /** What the check reports of that run. */
  v.object({ type: v.literal('report'), exercise, check: short }),
  v.object({ type: v.literal('sameSeed'), exercise }),
  v.object({ type: v.literal('hint'), exercise }),
  v.object({ type: v.literal('reset'), exercise }),
  v.object({ type: v.literal('solution'), exercise }),
  v.object({ type: v.literal('catchUp'), exercise }),
  v.object({ type: v.literal('runNetwork'), exercise }),
  /** The previous or next exercise, or the file of this one. */
  v.object({ type: v.literal('open'), exercise }),
  v.object({ type: v.literal('openFile'), exercise }),
])
export type FromGuide = v.InferOutput<typeof fromGuide>

/** The message, or undefined when `value` is not one. Never throws. */
export function parseToGuide(value: unknown): ToGuide | undefined {
  const result = v.safeParse(toGuide, value)
  return result.success ? result.output : undefined
}

/** The message, or undefined when `value` is not one. Never throws. */
export function parseFromGuide(value: unknown): FromGuide | undefined {
  const result = v.safeParse(fromGuide, value)
  return result.success ? result.output : undefined
}
