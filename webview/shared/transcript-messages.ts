/**
 * What goes between the page of a check's transcript and the extension. The page says `ready` and gets a `show` whenever there
 * is something else to show. Shared with extension/.
 */
import * as v from 'valibot'
import { wireEvent } from '../../network/events.ts'

const short = v.pipe(v.string(), v.maxLength(200))
const long = v.pipe(v.string(), v.maxLength(200_000))
const exercise = v.pipe(v.string(), v.regex(/^[1-9]\.[1-9]$/))

const state = v.picklist(['passed', 'failed', 'unclear'])

const shown = v.object({
  exercise: v.object({ id: exercise, title: short }),
  check: v.object({ id: short, title: short }),
  /** The checks of this exercise, in their order; those with a `state` have a transcript. */
  checks: v.array(v.object({ id: short, title: short, state: v.optional(state) })),
  /** Of the last run of this check in this window; left out when there was none. */
  run: v.optional(
    v.object({
      state,
      seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
      /** Whole milliseconds. */
      ms: v.pipe(v.number(), v.minValue(0)),
      /** What went wrong. */
      message: v.optional(long),
      /** Lanes first; see docs/contract.md, "The transcript of a check". */
      events: v.pipe(v.array(wireEvent), v.maxLength(1_000)),
    }),
  ),
})
export type ShownTranscript = v.InferOutput<typeof shown>

const toTranscript = v.object({ type: v.literal('show'), shown })
export type ToTranscript = v.InferOutput<typeof toTranscript>

const fromTranscript = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  /** Another check of the same exercise. */
  v.object({ type: v.literal('choose'), exercise, check: short }),
  /** Runs the check. */
  v.object({ type: v.literal('check'), exercise, check: short }),
  v.object({ type: v.literal('guide'), exercise }),
])
export type FromTranscript = v.InferOutput<typeof fromTranscript>

/** The message, or undefined when `value` is not one. Never throws. */
export function parseToTranscript(value: unknown): ToTranscript | undefined {
  const result = v.safeParse(toTranscript, value)
  return result.success ? result.output : undefined
}

/** The message, or undefined when `value` is not one. Never throws. */
export function parseFromTranscript(value: unknown): FromTranscript | undefined {
  const result = v.safeParse(fromTranscript, value)
  return result.success ? result.output : undefined
}
