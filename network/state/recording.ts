/** Whether the network is recorded; and a state in parts, for a recording that begins in the middle. */
import type { EventOf } from '../events.ts'
import { initialState, type NetworkState } from './types.ts'

export type RecordingEvent = EventOf<
  'recording-started' | 'recording-stopped' | 'recorded-network' | 'recorded-node' | 'recorded-message'
>

export function applyRecording(state: NetworkState, event: RecordingEvent): NetworkState {
  switch (event.type) {
    case 'recording-started':
      return { ...state, recording: { file: event.file, at: event.at } }
    case 'recording-stopped': {
      const { recording, ...rest } = state
      const { file, problem } = event
      return problem === undefined
        ? rest
        : { ...rest, recording: { file, at: recording?.at ?? event.at, problem } }
    }
    case 'recorded-network':
      return { ...initialState, ...event.state, count: state.count }
    case 'recorded-node':
      return { ...state, nodes: { ...state.nodes, [event.node]: event.state } }
    case 'recorded-message':
      return { ...state, messages: [...state.messages, event.state] }
  }
}

/** A recording that stopped with a problem is none any more. */
export const isRecorded = ({ recording }: NetworkState): boolean =>
  recording !== undefined && recording.problem === undefined

/**
 * Events that lead from the initial state to this one, but for `count`, which is a position in a log. None for the initial
 * state itself.
 */
export function parts(whole: NetworkState): RecordingEvent[] {
  // Events are typed as what may change, and nobody changes them.
  const { nodes, messages, count: _count, at, ...state } = whole as Mutable<NetworkState>
  const isBlank = state.phase === 'none' && !state.scenario && !state.recording && state.notices.length === 0
  if (isBlank && Object.keys(nodes).length === 0 && messages.length === 0) return []
  return [
    { type: 'recorded-network', at, state: state },
    ...Object.entries(nodes).map(([node, part]): RecordingEvent => ({
      type: 'recorded-node',
      at,
      node,
      state: part,
    })),
    ...messages.map((part): RecordingEvent => ({
      type: 'recorded-message',
      at,
      message: part.id,
      state: part,
    })),
  ]
}

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T
