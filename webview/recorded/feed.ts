/** Fetches a recording, part by part, into the log. There are no events but those of the file, and no present. */
import type { NetworkState } from '../../network/state.ts'
import { initialState } from '../../network/state.ts'
import type { Change, Feed } from '../feed.ts'
import { parseToRecording, type FromRecording, type ToRecording } from '../shared/recording-messages.ts'
import { createLog } from '../time/log.ts'

/** A message to a page that comes into sight while others go out of it can be lost: asked for again after this long. */
const ASK_AGAIN_MS = 5_000

/** What is known of the file. */
export interface Recording {
  phase: 'reading' | 'whole' | 'unreadable'
  name: string
  /** As the file says it; a date as a rule. */
  createdAt: string
  /** Events read so far; the log keeps the last of them. */
  events: number
  notes: readonly string[]
  /** Why there is nothing to show. */
  problem?: string
  /** The file is another one now, or gone. */
  changed?: 'changed' | 'deleted'
}

export interface RecordedFeed extends Feed {
  readonly recording: Recording
  /** A moment with the network whole, as near to the end as there is one: what the nodes are laid out by. */
  readonly inFull: NetworkState
}

export function createRecordedFeed(post: (message: FromRecording) => void): RecordedFeed {
  const log = createLog()
  let recording: Recording = { phase: 'reading', name: '', createdAt: '', events: 0, notes: [] }
  let waiting = false
  let inFull = initialState

  const ask = () => {
    waiting = true
    post({ type: 'ready' })
    setTimeout(() => waiting && ask(), ASK_AGAIN_MS)
  }
  const more = () => post({ type: 'more', from: recording.events })
  const take = (message: ToRecording): Change => {
    switch (message.type) {
      case 'recording': {
        const { name, createdAt } = message
        waiting = false
        log.reset(initialState)
        recording = { phase: 'reading', name, createdAt, events: 0, notes: [] }
        more()
        return { type: 'progress' }
      }
      case 'part':
        if (waiting || recording.phase !== 'reading' || message.first !== recording.events)
          return { type: 'nothing' }
        log.append(message.events)
        recording = { ...recording, events: recording.events + message.events.length }
        more()
        return { type: 'progress' }
      case 'whole':
        if (waiting || recording.phase !== 'reading') return { type: 'nothing' }
        recording = { ...recording, phase: 'whole', notes: message.notes }
        inFull = stateInFull()
        return { type: 'snapshot' }
      case 'unreadable':
        waiting = false
        recording = { ...recording, phase: 'unreadable', name: message.name, problem: message.problem }
        return { type: 'progress' }
      case 'changed':
        recording = { ...recording, changed: message.how }
        return { type: 'progress' }
    }
  }
  /** At the end a network is often stopped already: before that, its nodes were there and linked. */
  const stateInFull = (): NetworkState => {
    if (log.state.phase !== 'stopping' && log.state.phase !== 'stopped') return log.state
    for (let at = log.last - 1; at >= log.first; at--)
      if (log.event(at)?.type === 'network-stopping') return log.stateAt(at)
    return log.state
  }
  return {
    log,
    starting: false,
    get state() {
      return log.state
    },
    get waiting() {
      return waiting
    },
    get recording() {
      return recording
    },
    get inFull() {
      return inFull
    },
    ask,
    receive(data) {
      const message = parseToRecording(data)
      if (message) return take(message)
      console.warn('P2P Lab: dropped an unknown message')
      return { type: 'nothing' }
    },
  }
}
