/**
 * What goes between the view of a recording and the extension that reads its file. Shared with extension/.
 *
 * The view says `ready` and is told which `recording` it is. Then it asks for `more` events, a part at a time, and says how many
 * it has; after the last part comes `whole`, or `unreadable` where there is nothing to show. `ready` begins anew at any time.
 */
import * as v from 'valibot'
import { parseEvent, type NetworkEvent } from '../../network/events.ts'

const text = v.pipe(v.string(), v.maxLength(10_000))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const told = v.variant('type', [
  /** `createdAt` is what the file says, a date as a rule. */
  v.object({ type: v.literal('recording'), name: text, createdAt: text }),
  /** The file has come to its end. `notes` say what is missing or odd, in a sentence each. */
  v.object({ type: v.literal('whole'), notes: v.array(text) }),
  v.object({ type: v.literal('unreadable'), name: text, problem: text }),
  /** It is not the file any more that was read. */
  v.object({ type: v.literal('changed'), how: v.picklist(['changed', 'deleted']) }),
])
export type ToRecording =
  | v.InferOutput<typeof told>
  /** `first` is the count before the first of the events. */
  | { type: 'part'; first: number; events: NetworkEvent[] }

const fromRecording = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('more'), from: count }),
  v.object({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(4096)) }),
  v.object({ type: v.literal('openAsText') }),
])
export type FromRecording = v.InferOutput<typeof fromRecording>

/** The message, or undefined when `value` is not one. Never throws. */
export function parseFromRecording(value: unknown): FromRecording | undefined {
  const result = v.safeParse(fromRecording, value)
  return result.success ? result.output : undefined
}

/** The message, or undefined when `value` is not one. Never throws. */
export function parseToRecording(value: unknown): ToRecording | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { type, first, events } = value as Record<string, unknown>
  if (type !== 'part') {
    const result = v.safeParse(told, value)
    return result.success ? result.output : undefined
  }
  if (typeof first !== 'number' || !Array.isArray(events)) return undefined
  const parsed = events.map(parseEvent)
  return parsed.every(e => e !== undefined) ? { type, first, events: parsed } : undefined
}
