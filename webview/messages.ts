/**
 * What goes between the live view and the extension that shows it. The only file of webview/ that extension/ imports.
 *
 * The view says `ready`, gets a `snapshot`, then `events` batches, at most one a frame. A batch whose `first` is not
 * the count of the view's state means that something was lost while the panel was hidden: the view says `ready` again.
 */
import * as v from 'valibot'
import { parseEvent, type NetworkEvent } from '../network/events.ts'
import type { NetworkState } from '../network/state.ts'

export type ToView =
  | { type: 'snapshot'; state: NetworkState }
  | { type: 'events'; first: number; events: NetworkEvent[] }
  /** Select a node, as when it is clicked in the Network tree. */
  | { type: 'select'; node: string }

const name = v.pipe(v.string(), v.regex(/^n[1-9][0-9]{0,4}$/))

const fromView = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  /** Buttons of the view; the extension asks what it needs to ask. */
  v.object({ type: v.literal('startNetwork') }),
  v.object({ type: v.literal('stopNetwork') }),
  v.object({ type: v.literal('addNode') }),
  v.object({ type: v.literal('broadcast'), node: v.optional(name) }),
  v.object({ type: v.literal('stopNode'), node: name }),
  v.object({ type: v.literal('killNode'), node: name }),
  v.object({ type: v.literal('restartNode'), node: name }),
  v.object({ type: v.literal('showLog'), node: name }),
  v.object({ type: v.literal('copy'), text: v.pipe(v.string(), v.maxLength(4096)) }),
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
      const state = message['state']
      if (typeof state !== 'object' || state === null || !('nodes' in state) || !('count' in state))
        return undefined
      return { type: 'snapshot', state: state as NetworkState }
    }
    case 'events': {
      const { first, events } = message
      if (typeof first !== 'number' || !Array.isArray(events)) return undefined
      const parsed = events.map(parseEvent)
      return parsed.every(e => e !== undefined) ? { type: 'events', first, events: parsed } : undefined
    }
    case 'select': {
      const node = v.safeParse(name, message['node'])
      return node.success ? { type: 'select', node: node.output } : undefined
    }
    default:
      return undefined
  }
}
