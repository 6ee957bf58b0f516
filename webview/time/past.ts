/**
 * What of the messages is on the graph at a moment of the past: how far each had come. Nothing is played: the time cursor
 * moves, and the messages with it. Their whole way is known already, so they are shown also between two receipts.
 */
import type { MessageState, NetworkState } from '../../network/state.ts'
import { hopTrees } from '../broadcast/hops.ts'
import type { Picture, ShownMessage } from '../graph/picture.ts'
import type { TimeCursor } from './cursor.ts'

/** Others under way at the same moment: more cannot be followed. */
const MOST_OTHERS = 8

export interface PastPicture extends Pick<Picture, 'shown' | 'numbered' | 'others'> {
  message: MessageState | undefined
}

/**
 * `chosen` is the message that the user has selected: it has the stage as soon as it was published. Otherwise it is the
 * latest that is under way, or was published last.
 */
export function createPast(cursor: TimeCursor, present: () => NetworkState) {
  const treeOf = hopTrees()
  return (chosen: string | undefined): PastPicture => {
    const now = present()
    const latest = new Map(now.messages.map(m => [m.id, m]))
    const known = cursor.state.messages.map(then => latest.get(then.id) ?? then)
    const shownAt = (message: MessageState): ShownMessage => ({
      tree: treeOf(now, message),
      cursorMs: cursor.at - message.at,
    })
    const underWay = known.filter(m => {
      const { tree, cursorMs } = shownAt(m)
      return cursorMs <= tree.durationMs
    })
    const message = known.find(m => m.id === chosen) ?? underWay.at(-1) ?? known.at(-1)
    return {
      message,
      shown: message && shownAt(message),
      numbered: false,
      others: underWay
        .filter(m => m !== message)
        .slice(-MOST_OTHERS)
        .map(shownAt),
    }
  }
}
