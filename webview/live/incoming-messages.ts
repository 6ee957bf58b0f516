/** Takes in what the extension sends, and has it shown. */
import type { Change } from '../feed.ts'
import { hasEnded } from '../graph/scene.ts'
import type { Actions } from './actions.ts'
import type { Drawing } from './drawing.ts'
import type { ViewStateSaver } from './save-view-state.ts'
import type { Model } from './model.ts'
import type { LiveParts } from './parts.ts'

export function createMessageHandler(
  model: Model,
  { layout, announcer }: LiveParts,
  { selectNode, moveTime }: Pick<Actions, 'selectNode' | 'moveTime'>,
  drawing: Drawing,
  saver: ViewStateSaver,
): (change: Change) => void {
  const { source, feed, cursor, stage, flashes } = model
  /** The network that the view is about; undefined until the first snapshot. */
  let current: string | undefined
  const lay = () => {
    const { topology, requested } = source.layoutState()
    layout.update(
      model.scene.nodes.map(({ name, mark, group }) => ({
        name,
        anchored: hasEnded(mark),
        foreign: mark === 'foreign',
        group,
      })),
      model.scene.edges,
      { plan: topology, requested },
    )
  }
  return change => {
    const { state } = feed
    if (change.type === 'nothing') return
    if (change.type === 'progress') return drawing.panes()
    cursor.update()
    if (change.type === 'history') return moveTime()
    if (change.type === 'select') return selectNode(change.node)
    if (change.type === 'goLive') return moveTime(() => cursor.goLive())
    if (state.network !== current) {
      saver.restore()
      announcer.reset(state)
      // A moment of the network before is no moment of this one.
      if (!source.recorded && !cursor.live) moveTime(() => cursor.goLive())
      current = state.network
    }
    if (model.refreshScene()) lay()
    const unseen = state.messages.filter(m => m.number > model.saved.seen)
    // After a snapshot the latest is enough: the rest is past.
    if (cursor.live)
      for (const message of change.type === 'snapshot' ? unseen.slice(-1) : unseen) stage.offer(message)
    model.saved.seen = unseen.at(-1)?.number ?? model.saved.seen
    if (change.type === 'events') {
      flashes.add(change.events, state, performance.now())
      if (cursor.live) announcer.update(state)
    }
    if (source.recorded) begin(model)
    drawing.panes()
    drawing.diagramSoon()
    drawing.frame()
  }
}

/** A recording has been read: it is played from its beginning, or stands where it was left. */
function begin({ source, feed, cursor, saved, reducedMotion }: Model): void {
  if (saved.at !== undefined) return cursor.seek(saved.at)
  cursor.seekPosition(feed.log.first)
  if (reducedMotion()) cursor.seekPosition(source.layoutState().count)
  else cursor.play()
}
