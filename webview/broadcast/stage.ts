/**
 * What of the messages is on the graph: the one whose whole way is shown, those that are also under way, and how far each
 * is. A new message takes the stage by itself; which one is there is the caller's to keep, because the user chooses too.
 */
import type { MessageState, NetworkState } from '../../network/state.ts'
import type { Picture, ShownMessage } from '../graph/picture.ts'
import type { FromView } from '../shared/view-messages.ts'
import { hopTrees } from './hops.ts'
import { createPlayer, type Player } from './player.ts'

/** The shown message changes at most this often by itself, so that its caption can be read. */
const CAPTION_STAYS_MS = 1_000
/** Where motion has shown the order, more numbers than this would hide the picture. */
const MOST_NUMBERS = 30

export interface StageOptions {
  state(): NetworkState
  /** Id of the message that has the stage. */
  shown(): string | undefined
  show(message: string): void
  reducedMotion(): boolean
  post(message: FromView): void
}

export interface Stage extends Pick<Player, 'offer' | 'replay' | 'advance' | 'clear'> {
  /** The user wants to see this message: of those that are there by now, none takes its place by itself. */
  choose(message: string | undefined): void
  /** The message that has the stage, as long as it is remembered. */
  message(): MessageState | undefined
  /** How much slower it is shown; undefined when it is not under way. */
  factor(): number | undefined
  /** How many other messages are under way. */
  others(): number
  picture(): Pick<Picture, 'shown' | 'numbered' | 'others'>
}

export function createStage(options: StageOptions): Stage {
  const { reducedMotion } = options
  const treeOf = hopTrees()
  const watched = new Set<string>()
  let switchedAt = -Infinity
  let newest: string | undefined
  /** What the user chose, and the number of the newest message at that moment. */
  let chosen: { id: string; upTo: number } | undefined

  const find = (id: string | undefined) => options.state().messages.find(m => m.id === id)
  const isShown = (message: { id: string }) => message.id === options.shown()
  const isChosen = (id: string | undefined) => id !== undefined && id === chosen?.id
  const show = (id: string) => {
    switchedAt = performance.now()
    options.show(id)
  }

  const player = createPlayer({
    reducedMotion,
    find(id) {
      const message = find(id)
      return message && { message, tree: treeOf(options.state(), message) }
    },
    onStart(id) {
      newest = id
      // In a flood, many wait for their turn: they are older than the choice, however late they come.
      if (isChosen(options.shown()) && (find(id)?.number ?? 0) <= chosen!.upTo) return
      const busy = player.playing().some(p => isShown(p) && p.id !== id)
      if (!busy || performance.now() - switchedAt >= CAPTION_STAYS_MS) show(id)
    },
    onEnd(id) {
      if (isShown({ id }) && !isChosen(id) && newest !== undefined && newest !== id) show(newest)
    },
    onWatched(id) {
      if (!watched.has(id)) options.post({ type: 'watched', message: id })
      watched.add(id)
    },
  })

  const onGraph = (message: MessageState): ShownMessage => ({
    tree: treeOf(options.state(), message),
    cursorMs: player.playing().find(p => p.id === message.id)?.cursorMs ?? Infinity,
  })

  return {
    choose(id) {
      const upTo = options.state().messages.at(-1)?.number ?? 0
      chosen = id === undefined ? undefined : { id, upTo }
    },
    offer: player.offer,
    replay: player.replay,
    advance: player.advance,
    clear: player.clear,
    message: () => find(options.shown()),
    factor: () => (reducedMotion() ? undefined : player.playing().find(isShown)?.factor),
    others: () => player.playing().filter(p => !isShown(p)).length,
    picture() {
      const message = find(options.shown())
      const shown = message && onGraph(message)
      const atRest = !player.playing().some(isShown)
      const others = reducedMotion() ? [] : player.playing().filter(p => !isShown(p))
      return {
        shown,
        numbered: reducedMotion() || (atRest && (shown?.tree.hops.length ?? 0) <= MOST_NUMBERS),
        others: others.flatMap(p => find(p.id) ?? []).map(onGraph),
      }
    },
  }
}
