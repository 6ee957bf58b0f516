/**
 * Tells those who cannot see the picture what happens: a polite live region with a summary now and then, never one
 * announcement for each event.
 */
import type { MessageState, NetworkState } from '../../network/state.ts'
import { h } from '../dom.ts'
import { throttled } from '../frame.ts'
import { changes, deliveries } from './summary.ts'
import { isComplete } from './words.ts'

/** A screen reader needs this long for a sentence or two. Milliseconds. */
const ANNOUNCE_EVERY_MS = 2_500
/** Changes close together are told together. */
const GATHER_MS = 600
/** A message that has not arrived everywhere by then is told as it is. */
const PATIENCE_MS = 5_000

export interface Announcer {
  readonly element: HTMLElement
  update(state: NetworkState): void
  /** Starts from here without a word: a snapshot is no news. */
  reset(state: NetworkState): void
}

export function createAnnouncer(): Announcer {
  const element = h('div', { class: 'hidden-text', role: 'status', 'aria-live': 'polite' })
  let told: NetworkState | undefined
  let latest: NetworkState | undefined
  /** Messages that are still to be told, and since when. */
  let pending = new Map<string, number>()
  let newest = 0

  const announce = throttled(ANNOUNCE_EVERY_MS, announceNow, GATHER_MS)
  function announceNow() {
    if (!latest || !told) return
    const now = performance.now()
    const due = latest.messages.filter(m => {
      const since = pending.get(m.id)
      return since !== undefined && (isComplete(m) || now - since >= PATIENCE_MS)
    })
    for (const m of due) pending.delete(m.id)
    const sentences = [...changes(told, latest), ...deliveries(due)]
    told = latest
    if (sentences.length > 0) element.textContent = sentences.join(' ')
    if (pending.size > 0) announce()
  }

  const numbers = (messages: readonly MessageState[]) => messages.at(-1)?.number ?? 0
  return {
    element,
    update(state) {
      if (!told || told.network !== state.network) newest = 0
      told ??= state
      for (const m of state.messages) if (m.number > newest) pending.set(m.id, performance.now())
      newest = Math.max(newest, numbers(state.messages))
      latest = state
      announce()
    },
    reset(state) {
      told = latest = state
      pending = new Map()
      newest = numbers(state.messages)
    },
  }
}
