/**
 * What one live view is told: a snapshot when it says ready, then the events, one message a frame at most. Nothing is
 * sent to a view that is hidden: it is not there, and says ready again when it is. Knows no vscode.
 */
import type { NetworkEvent } from '../../network/events.ts'
import type { NetworkState } from '../../network/state.ts'
import type { ToView } from '../../webview/shared/view-messages.ts'
import type { HistoryPart } from './history.ts'

const FRAME_MS = 16

export interface Feed {
  /** The view has loaded, or has lost something. */
  ready(): void
  hidden(): void
  /** Events that the service has just reduced; `first` is the count before them. Empty: the state was replaced. */
  push(first: number, events: readonly NetworkEvent[]): void
  select(node: string): void
  goLive(): void
  /** Whether a network is being started, of which there may be no event yet. */
  starting(is: boolean): void
  /** A part of what happened before. */
  log(part: HistoryPart): void
  dispose(): void
}

export function feed(state: () => NetworkState, post: (message: ToView) => void, frameMs = FRAME_MS): Feed {
  let live = false
  let isStarting = false
  let first = 0
  let waiting: NetworkEvent[] = []
  let timer: NodeJS.Timeout | undefined

  const clear = () => {
    clearTimeout(timer)
    timer = undefined
    waiting = []
  }
  const snapshot = () => {
    clear()
    post({ type: 'snapshot', state: state() })
  }
  const flush = () => {
    const events = waiting
    clear()
    post({ type: 'events', first, events })
  }
  return {
    ready() {
      live = true
      snapshot()
      if (isStarting) post({ type: 'starting', starting: true })
    },
    hidden() {
      live = false
      clear()
    },
    push(count, events) {
      if (!live) return
      if (events.length === 0) return snapshot()
      if (waiting.length === 0) first = count
      waiting.push(...events)
      // Only while there are events does a timer run.
      timer ??= setTimeout(flush, frameMs)
    },
    select(node) {
      if (live) post({ type: 'select', node })
    },
    starting(is) {
      isStarting = is
      if (live) post({ type: 'starting', starting: is })
    },
    goLive() {
      if (live) post({ type: 'goLive' })
    },
    log(part) {
      if (live) post({ type: 'log', ...part })
    },
    dispose() {
      live = false
      clear()
    },
  }
}
