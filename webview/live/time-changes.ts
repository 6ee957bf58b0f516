/** What follows when the moment that is shown changes, or has changed. */
import type { Actions } from './actions.ts'
import type { Drawing } from './drawing.ts'
import type { Model } from './model.ts'
import type { LiveParts } from './parts.ts'

export function createMoveTime(
  { feed, cursor, moment, stage }: Model,
  later: { parts(): LiveParts; drawing(): Drawing },
): Actions['moveTime'] {
  let live = true
  return change => {
    change?.()
    if (cursor.live && !live) {
      // What was played before is past.
      moment.choose(undefined)
      stage.clear()
      later.parts().announcer.reset(feed.state)
    }
    live = cursor.live
    later.drawing().panes()
    later.drawing().diagramNow()
  }
}
