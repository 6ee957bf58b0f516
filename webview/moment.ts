/**
 * What there is to see at the moment that the view shows, be it the present, where messages are played, or the past, where
 * they stand as they stood.
 */
import type { MessageState } from '../network/state.ts'
import type { Stage } from './broadcast/stage.ts'
import { eventText } from './events/words.ts'
import type { Feed } from './feed.ts'
import type { Flashes } from './flashes.ts'
import { createFanout } from './graph/fanout.ts'
import type { Content } from './graph/graph.ts'
import { sceneOf, type Scene } from './graph/scene.ts'
import type { TimeCursor } from './time/cursor.ts'
import { createPast } from './time/past.ts'

export interface MomentOptions {
  feed: Feed
  cursor: TimeCursor
  stage: Stage
  flashes: Flashes
  /** The scene of the present. */
  scene(): Scene
  /** The selected node. */
  selected(): string | undefined
  /** The selected link. */
  link(): { a: string; b: string } | undefined
  reducedMotion(): boolean
}

export interface Moment {
  /** All that the graph shows. */
  content(): Content
  /** The message on the graph. */
  message(): MessageState | undefined
  /** The latest event of the past, in words; empty in the present. */
  happened(): string
  /** By hand: in the past the message stays on the graph, whatever else is under way. */
  choose(message: string | undefined): void
}

export function createMoment(options: MomentOptions): Moment {
  const { feed, cursor, stage } = options
  const fanout = createFanout(feed.log)
  const past = createPast(cursor, () => feed.state)
  const sceneThen = sceneOf()
  let chosen: string | undefined
  return {
    content() {
      const picture = cursor.live ? stage.picture() : past(chosen)
      const flashing = cursor.live && !options.reducedMotion()
      return {
        shown: picture.shown,
        numbered: picture.numbered,
        others: picture.others,
        present: options.scene(),
        scene: cursor.live ? options.scene() : sceneThen(cursor.state),
        selected: options.selected(),
        link: options.link(),
        fanout: fanout(cursor.position, cursor.at, cursor.state),
        flashes: flashing ? options.flashes.at(performance.now()) : [],
      }
    },
    message: () => (cursor.live ? stage.message() : past(chosen).message),
    happened() {
      const event = cursor.live ? undefined : feed.log.event(cursor.position - 1)
      return event ? eventText(event, cursor.state) : ''
    },
    choose: message => void (chosen = message),
  }
}
