/**
 * Plays broadcasts: which messages are on their way on the screen, and how far each has got. It knows nothing of drawing.
 *
 * A message is shown from the moment when it has arrived everywhere, or shortly after it was published: its pace depends
 * on how long it took. Each is played once by itself, and again when asked for.
 */
import { progress, type MessageState } from '../../network/state.ts'
import type { HopTree } from './hops.ts'
import { slowdown } from './pace.ts'

/** More at once cannot be followed, and newer ones wait. */
const AT_ONCE = 8
/** Of those that wait, older ones are left out: the picture must not fall behind the network for ever. */
const WAITING = 16
/** How long to wait for a message to arrive everywhere before it is shown, and before it is taken to be at its end. */
const SETTLE_MS = 400
const QUIET_MS = 1_500
/** A frame that came late, as after the panel was hidden, moves the picture on by no more than this. */
const LONGEST_FRAME_MS = 250

interface Play {
  id: string
  number: number
  phase: 'settling' | 'running' | 'ending'
  /** Milliseconds after the message was published, in its own time. */
  cursorMs: number
  factor: number
  /** Screen time in this phase. */
  sinceMs: number
  reached: number
}

export interface Playing {
  id: string
  cursorMs: number
  factor: number
}

export interface Player {
  /** A new message: it is played when its turn comes. */
  offer(message: MessageState): void
  /** Plays a message from its start, now. */
  replay(message: MessageState): void
  /** Moves everything on to `now`; true while another frame is needed. */
  advance(now: number): boolean
  /** Those on the screen, oldest first. */
  playing(): readonly Playing[]
  /** Forgets everything: another network. */
  clear(): void
}

export interface PlayerOptions {
  /** The message as it is now; undefined when it is not remembered any more. */
  find(id: string): { message: MessageState; tree: HopTree } | undefined
  /** With reduced motion a message is shown at once and whole. */
  reducedMotion(): boolean
  onStart(id: string): void
  /** It is not on its way any more. */
  onEnd(id: string): void
  /** The whole way of a message was drawn. */
  onWatched(id: string): void
}

export function createPlayer(options: PlayerOptions): Player {
  let waiting: string[] = []
  let plays: Play[] = []
  let last: number | undefined

  const start = (id: string) => {
    const found = options.find(id)
    if (!found) return
    plays = plays.filter(p => p.id !== id)
    plays.push({
      id,
      number: found.message.number,
      phase: 'settling',
      cursorMs: options.reducedMotion() ? Infinity : 0,
      factor: 1,
      sinceMs: 0,
      reached: 0,
    })
    options.onStart(id)
  }

  /** Moves one play on; false when it is over. */
  const step = (play: Play, ms: number): boolean => {
    const found = options.find(play.id)
    if (!found) return false
    const { reached, expected } = progress(found.message)
    const complete = reached >= expected
    if (reached !== play.reached && play.phase !== 'running') play.sinceMs = 0
    play.reached = reached
    play.sinceMs += ms
    // As late receipts make a message longer, it is shown less slowly.
    play.factor = slowdown(found.tree.durationMs)
    if (play.phase === 'settling' && (complete || play.sinceMs >= SETTLE_MS)) {
      play.phase = 'running'
    } else if (play.phase === 'running') {
      play.cursorMs += ms / play.factor
    }
    if (play.phase === 'running' && play.cursorMs >= found.tree.durationMs) {
      play.phase = 'ending'
      play.sinceMs = 0
    } else if (play.phase === 'ending' && play.cursorMs < found.tree.durationMs) {
      // A late receipt.
      play.phase = 'running'
    }
    if (play.phase !== 'ending' || (!complete && play.sinceMs < QUIET_MS)) return true
    if (reached > 0) options.onWatched(play.id)
    return false
  }

  return {
    offer(message) {
      waiting.push(message.id)
      waiting = waiting.slice(-WAITING)
    },
    replay(message) {
      waiting = waiting.filter(id => id !== message.id)
      start(message.id)
    },
    advance(now) {
      const ms = last === undefined ? 0 : Math.min(now - last, LONGEST_FRAME_MS)
      while (plays.length < AT_ONCE && waiting.length > 0) start(waiting.shift()!)
      const over = plays.filter(play => !step(play, ms))
      plays = plays.filter(play => !over.includes(play))
      for (const { id } of over) options.onEnd(id)
      const busy = plays.length > 0 || waiting.length > 0
      last = busy ? now : undefined
      return busy
    },
    playing: () => plays,
    clear() {
      waiting = []
      plays = []
      last = undefined
    },
  }
}
