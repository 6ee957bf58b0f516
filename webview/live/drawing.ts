/** When what is drawn: pictures in frames, tables and plots a few times a second, however many events come. */
import { liveNodes } from '../../network/state.ts'
import { onNextFrame, throttled } from '../frame.ts'
import { createSeries } from '../numbers/series.ts'
import type { Page } from '../page.ts'
import { diagramName, graphName } from '../panes/words.ts'
import { clockZero } from '../time/origin.ts'
import type { Actions } from './actions.ts'
import type { Model } from './model.ts'
import type { LiveParts } from './parts.ts'

/** Tables are for reading: five times a second is enough for them. */
const PANES_EVERY_MS = 200
/** What is said of the shown message. Nobody reads as fast as frames come. */
const WORDS_EVERY_MS = 80
/** While messages pour in. */
const DIAGRAM_EVERY_MS = 100
/** Plots of a network that runs change slowly. */
const PLOTS_EVERY_MS = 1_000

export interface Drawing extends Pick<Actions, 'frame' | 'diagramNow' | 'panes' | 'panesNow'> {
  /** Something new is in the diagram. When the user moves it, it is drawn in the next frame. */
  diagramSoon(): void
}

export function createDrawing(
  model: Model,
  parts: LiveParts,
  page: Page,
  { moveTime, save }: Pick<Actions, 'moveTime' | 'save'>,
): Drawing {
  const { source, feed, cursor, stage, moment } = model
  let diagramMoved = true

  const frame = onNextFrame(now => {
    const wasPlaying = cursor.playing
    const busy = cursor.live ? stage.advance(now) : cursor.advance(now)
    // It may just have caught up with the present.
    if (wasPlaying) moveTime()
    if (page.tab === 'graph') parts.graph.draw()
    else if (page.tab === 'spacetime' && (diagramMoved || !cursor.live)) parts.spaceTime.draw()
    diagramMoved = false
    wordsOfFrame()
    if (busy || moment.content().flashes.length > 0) frame()
  })
  const diagramNow = () => {
    diagramMoved = true
    frame()
  }
  const wordsOfFrame = throttled(WORDS_EVERY_MS, () => {
    const { shown } = moment.content()
    const message = moment.message()
    if (cursor.live) parts.caption.update(message, shown, stage.factor(), stage.others())
    else parts.caption.updatePast(message, shown)
    parts.hopList.update(message?.number, shown?.tree, shown?.cursorMs ?? Infinity)
    if (!cursor.live) parts.timeBar.update(moment.happened())
  })

  const series = createSeries(feed.log)
  const plotsNow = () => parts.numbers.update(series(), cursor.state, feed.state.at, clockZero(feed.log))
  const plots = throttled(PLOTS_EVERY_MS, plotsNow)
  const panesNow = () => {
    const present = feed.state
    const { state } = cursor
    const { node, link, dismissed } = model.saved
    const { scene } = moment.content()
    page.showNetwork(source.hasNetwork(), cursor.live || source.recorded)
    page.showKind(state.program === undefined ? 'libp2p' : 'program')
    parts.toolbar.update(state, present)
    parts.starting.update(state)
    parts.notices.update(state, dismissed)
    parts.nodeTable.update(state, node)
    parts.messageTable.update([...state.messages].reverse(), moment.message()?.id)
    parts.faults.update(state, present)
    parts.details.update(state, node, present, moment.message())
    parts.linkDetails.update(state, scene, link, present)
    parts.card.update(state.nodes[node ?? ''] && node, present)
    if (page.tab === 'events') parts.events.update(state)
    if (page.tab === 'numbers' && cursor.live) plots()
    else if (page.tab === 'numbers') plotsNow()
    parts.graph.setName(graphName(scene, liveNodes(state).length, state.program === undefined))
    parts.spaceTime.setName(diagramName(Object.keys(state.nodes).length, moment.message()))
    parts.timeBar.update(moment.happened())
    save()
  }
  return {
    frame,
    diagramNow,
    diagramSoon: throttled(DIAGRAM_EVERY_MS, diagramNow),
    panes: throttled(PANES_EVERY_MS, panesNow),
    panesNow,
  }
}
