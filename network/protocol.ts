/**
 * What goes between the network process and its host (the extension, or a test), as messages of child_process.fork.
 *
 * The host sends requests for operations (operations/table.ts), each with an id of its choosing, and a heartbeat. The network process answers each
 * request with one reply, and pushes events as they happen, in batches. What does not parse is dropped.
 */
import * as v from 'valibot'
import { parseEvent, type NetworkEvent } from './events.ts'
import { node } from './events/fields.ts'
import type { Failure } from './failure.ts'
import { operationSchema, type Results } from './operations/table.ts'
import { cut } from './words.ts'

const toNetwork = v.variant('type', [
  v.object({ type: v.literal('heartbeat') }),
  v.object({ type: v.literal('request'), id: v.pipe(v.number(), v.integer()), operation: operationSchema }),
  /** Gives up on a request that is under way: a `start` is undone. */
  v.object({ type: v.literal('cancel'), id: v.pipe(v.number(), v.integer()) }),
])
export type ToNetwork = v.InferOutput<typeof toNetwork>

export type FromNetwork =
  | { type: 'reply'; id: number; result: Results[keyof Results] }
  | { type: 'failure'; id: number; failure: Failure }
  /** `first` is the number of the first event in the batch: the count of the state before it. */
  | { type: 'events'; first: number; events: NetworkEvent[] }

/** The message, or undefined when `value` is not one. Never throws. */
export function parseToNetwork(value: unknown): ToNetwork | undefined {
  const result = v.safeParse(toNetwork, value)
  return result.success ? result.output : undefined
}

const failure = v.object({
  message: v.string(),
  step: v.string(),
  cause: v.string(),
  remedy: v.string(),
  node: v.exactOptional(node),
})
const fromNetwork = v.variant('type', [
  v.object({ type: v.literal('reply'), id: v.number(), result: v.record(v.string(), v.unknown()) }),
  v.object({ type: v.literal('failure'), id: v.number(), failure }),
  v.object({ type: v.literal('events'), first: v.number(), events: v.array(v.unknown()) }),
])

/**
 * The message, or undefined when `value` is not one. Never throws. Events are checked one by one; what a reply holds
 * was made by our own code for the request with its id, so only its outline is checked.
 */
export function parseFromNetwork(value: unknown): FromNetwork | undefined {
  const parsed = v.safeParse(fromNetwork, value)
  if (!parsed.success) return undefined
  const message = parsed.output
  if (message.type === 'reply') return { ...message, result: message.result as Results[keyof Results] }
  if (message.type === 'failure') return message
  const events = message.events.map(parseEvent)
  return events.every(e => e !== undefined) ? { ...message, events } : undefined
}

/** The id of a request that did not parse, so that it can be answered at all, and what is wrong with it. */
export function explainBadRequest(value: unknown): { id: number; problem: string } | undefined {
  const request = v.safeParse(
    v.object({ type: v.literal('request'), id: v.pipe(v.number(), v.integer()) }),
    value,
  )
  if (!request.success) return undefined
  const result = v.safeParse(toNetwork, value)
  const issue = result.success ? undefined : result.issues[0]
  const path = issue ? v.getDotPath(issue) : null
  return {
    id: request.output.id,
    problem: `${cut(path ?? 'request', 120)}: ${cut(issue?.message ?? 'not valid', 1_000)}`,
  }
}
