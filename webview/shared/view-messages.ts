/**
 * What goes between the live view and the extension that shows it. Shared with extension/.
 *
 * The view says `ready`, gets a `snapshot`, then `events` batches, at most one a frame. A batch whose `first` is not
 * the count of the view's state means that something was lost while the panel was hidden: the view says `ready` again.
 *
 * What happened before the snapshot comes on request, a part at a time: `history` asks, and `log` is the answer. The first
 * has no `from` and gets the state that the kept log begins with; the next goes on where the last part ended. An answer
 * with a `start` begins anew: what was asked for is not kept any more.
 */
import * as v from 'valibot'
import { noteText, parseEvent, type NetworkEvent } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'

export type ToView =
  | { type: 'snapshot'; state: NetworkState }
  | { type: 'events'; first: number; events: NetworkEvent[] }
  /** Select a node, as when it is clicked in the Network tree. */
  | { type: 'select'; node: string }
  /** Return to the present. */
  | { type: 'goLive' }
  /** A network is being started, of which there may be no event yet; or that is over, well or not. */
  | { type: 'starting'; starting: boolean }
  /** `first` is the count before the first event of the part. `start` is the state at `first`. */
  | { type: 'log'; first: number; start?: NetworkState; events: NetworkEvent[] }

const name = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))

const fromView = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  /** Asks for events from before the snapshot: from the first that is kept, or from a count on. */
  v.object({
    type: v.literal('history'),
    from: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  }),
  /** Buttons of the view; the extension asks what it needs to ask. */
  v.object({ type: v.literal('startNetwork') }),
  v.object({ type: v.literal('stopNetwork') }),
  v.object({ type: v.literal('addNode') }),
  v.object({ type: v.literal('broadcast'), node: v.optional(name) }),
  v.object({ type: v.literal('stopNode'), node: name }),
  v.object({ type: v.literal('killNode'), node: name }),
  v.object({ type: v.literal('restartNode'), node: name }),
  v.object({ type: v.literal('pauseNode'), node: name }),
  v.object({ type: v.literal('resumeNode'), node: name }),
  v.object({ type: v.literal('showLog'), node: name }),
  /** What is done to the network on purpose, and mended. With `a` and `b` it is about that link; without, the extension asks. */
  v.object({ type: v.literal('splitNetwork') }),
  v.object({ type: v.literal('healNetwork') }),
  v.object({ type: v.literal('setLinkFault'), a: v.optional(name), b: v.optional(name) }),
  v.object({ type: v.literal('clearLinkFault'), a: v.optional(name), b: v.optional(name) }),
  v.object({ type: v.literal('startChurn') }),
  v.object({ type: v.literal('stopChurn') }),
  v.object({ type: v.literal('addHostileNode') }),
  v.object({ type: v.literal('runScenario') }),
  v.object({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(4096)) }),
  /** The user's note about a moment, milliseconds since the epoch. */
  v.object({ type: v.literal('addNote'), moment: v.pipe(v.number(), v.finite()), text: noteText }),
  /** The view has drawn the whole way of a message: the walkthrough's "watch a broadcast". */
  v.object({ type: v.literal('watched'), message: v.pipe(v.string(), v.maxLength(256)) }),
])
export type FromView = v.InferOutput<typeof fromView>

/** The message, or undefined when `value` is not one. Never throws. */
export function parseFromView(value: unknown): FromView | undefined {
  const result = v.safeParse(fromView, value)
  return result.success ? result.output : undefined
}

/**
 * The message, or undefined when `value` is not one. Never throws. Events are checked one by one; a snapshot's
 * state was made by our own reducer in our own process, so only its outline is checked.
 */
export function parseToView(value: unknown): ToView | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  const message = value as Record<string, unknown>
  switch (message['type']) {
    case 'snapshot': {
      const state = stateOf(message['state'])
      return state && { type: 'snapshot', state }
    }
    case 'events': {
      const part = partOf(message)
      return part && { type: 'events', ...part }
    }
    case 'log': {
      const part = partOf(message)
      if (message['start'] === undefined) return part && { type: 'log', ...part }
      const start = stateOf(message['start'])
      return part && start && { type: 'log', ...part, start }
    }
    case 'select': {
      const node = v.safeParse(name, message['node'])
      return node.success ? { type: 'select', node: node.output } : undefined
    }
    case 'goLive':
      return { type: 'goLive' }
    case 'starting': {
      const { starting } = message
      return typeof starting === 'boolean' ? { type: 'starting', starting } : undefined
    }
    default:
      return undefined
  }
}

function stateOf(value: unknown): NetworkState | undefined {
  const there = typeof value === 'object' && value !== null && 'nodes' in value && 'count' in value
  return there ? (value as NetworkState) : undefined
}

function partOf({ first, events }: Record<string, unknown>) {
  if (typeof first !== 'number' || !Array.isArray(events)) return undefined
  const parsed = events.map(parseEvent)
  return parsed.every(e => e !== undefined) ? { first, events: parsed } : undefined
}
