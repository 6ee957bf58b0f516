/** What the network has to say to its user, as long as it is so. */
import type { EventOf } from '../events.ts'
import type { NetworkState } from './types.ts'

/** How many notices are remembered. */
const MAX_NOTICES = 50

/** With these a node ends. */
const ENDS: ReadonlySet<string> = new Set(['node-stopped', 'node-killed', 'node-crashed'])

export function withNotice(state: NetworkState, event: EventOf<'notice'>): NetworkState {
  const { at, level, text, node } = event
  const notice = { at, level, text, ...(node !== undefined && { node }) }
  return { ...state, notices: [...state.notices, notice].slice(-MAX_NOTICES) }
}

/** Without what was said of a node that ended with this event: it is not so any more. */
export function withoutOutdated(state: NetworkState, event: { type: string; node: string }): NetworkState {
  if (!ENDS.has(event.type) || !state.notices.some(n => n.node === event.node)) return state
  return { ...state, notices: state.notices.filter(n => n.node !== event.node) }
}
