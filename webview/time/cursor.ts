/**
 * Where in time the view looks: LIVE, which is the end of the log, or a moment of the past. There is one for the whole view.
 */
import type { NetworkState } from '../../network/state.ts'
import type { EventLog } from './log.ts'

/** Times real time. A hop takes about a millisecond, so the slow ones are those that show something. */
export const SPEEDS = [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const
/** A frame that came late, as after the panel was hidden, moves the cursor on by no more than this. */
const LONGEST_FRAME_MS = 250

export interface TimeCursor {
  readonly live: boolean
  readonly playing: boolean
  /** Times real time. */
  readonly speed: number
  /** Events that have happened at this moment. */
  readonly position: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The network at this moment. */
  readonly state: NetworkState
  goLive(): void
  /** To a time, and not beyond either end of the log. */
  seek(at: number): void
  /** To just after an event: `position` events have happened. */
  seekPosition(position: number): void
  /** By events: 1 is the next, -1 the one before. */
  step(by: number): void
  play(): void
  pause(): void
  setSpeed(speed: number): void
  /** Plays on to `now`, of performance.now(); true while another frame is needed. */
  advance(now: number): boolean
  /** The log changed: a moment that is not kept any more becomes the first that is. */
  update(): void
}

/** Of a recording nothing is ever `live`: its end is a moment of the past like any other, where playing begins anew. */
export function createCursor(log: EventLog, { recorded = false } = {}): TimeCursor {
  let past: { position: number; at: number } | undefined
  let playing = false
  let speed = 1
  let last: number | undefined

  const goLive = () => {
    past = undefined
    playing = false
    last = undefined
  }
  const seekPosition = (wanted: number) => {
    const position = Math.min(Math.max(wanted, log.first), log.last)
    past = { position, at: log.timeAt(position) }
  }
  return {
    get live() {
      return past === undefined && !recorded
    },
    get playing() {
      return playing
    },
    get speed() {
      return speed
    },
    get position() {
      return past?.position ?? log.last
    },
    get at() {
      return past?.at ?? log.state.at
    },
    get state() {
      return past ? log.stateAt(past.position) : log.state
    },
    goLive,
    seek(wanted) {
      const at = Math.min(Math.max(wanted, log.timeAt(log.first)), log.state.at)
      past = { position: log.positionAt(at), at }
    },
    seekPosition,
    step(by) {
      playing = false
      last = undefined
      seekPosition((past?.position ?? log.last) + by)
    },
    play() {
      if (recorded && (past?.at ?? Infinity) >= log.state.at) seekPosition(log.first)
      playing = past !== undefined
    },
    pause() {
      if (!past) seekPosition(log.last)
      playing = false
      last = undefined
    },
    setSpeed(next) {
      speed = next
    },
    advance(now) {
      if (!past || !playing) return false
      const ms = last === undefined ? 0 : Math.min(now - last, LONGEST_FRAME_MS)
      last = now
      const at = past.at + ms * speed
      // The present moves on too: whoever catches up with it stays with it.
      if (at >= log.state.at) {
        goLive()
        return false
      }
      past = { position: log.positionAt(at), at }
      return true
    },
    update() {
      if (past && past.position < log.first) seekPosition(log.first)
      if (past && past.position > log.last) goLive()
    },
  }
}
