/**
 * Where the view has its network from: one that runs, or a recording. What is there in one case only is made here, so that
 * a recording has no button that acts on a network, not even a disabled one.
 */
import type { NetworkState } from '../network/state.ts'
import { createFeed, type Feed } from './feed.ts'
import type { FromView } from './shared/view-messages.ts'
import { createGettingStarted } from './panes/getting-started.ts'
import { NODE_ACTIONS, type NodeAction } from './panes/node-actions.ts'
import { createToolbar, type Toolbar } from './panes/toolbar.ts'
import { createRecordedFeed } from './recorded/feed.ts'
import { createRecordingHeader } from './recorded/header.ts'
import { createPlaceholder } from './recorded/placeholder.ts'
import type { FromRecording } from './shared/recording-messages.ts'

export interface Source {
  /** There is no present, and nothing to act on. */
  readonly recorded: boolean
  readonly feed: Feed
  readonly nodeActions: readonly NodeAction[]
  /** `post` sends what acts on the network. */
  toolbar(post: (message: FromView) => void): Toolbar
  /** Stands in place of the parts while there is nothing for them to show. */
  readonly instead: HTMLElement
  /** Whether there is something for the parts to show. Brings `instead` up to date. */
  hasNetwork(): boolean
  /** What the nodes are laid out by. */
  layoutState(): NetworkState
}

type Post = (message: FromView | FromRecording) => void

/** `kind` is what the page says of itself: 'recording', or nothing. */
export const createSource = (kind: string | undefined, post: Post): Source =>
  kind === 'recording' ? recorded(post) : live(post)

function live(post: Post): Source {
  const feed = createFeed(post)
  const gettingStarted = createGettingStarted({
    start: () => post({ type: 'startNetwork' }),
    scenario: () => post({ type: 'runScenario' }),
  })
  return {
    recorded: false,
    feed,
    nodeActions: NODE_ACTIONS,
    toolbar: createToolbar,
    instead: gettingStarted.element,
    hasNetwork() {
      gettingStarted.update(feed.starting)
      return Object.keys(feed.state.nodes).length > 0 || feed.state.phase === 'starting'
    },
    layoutState: () => feed.state,
  }
}

function recorded(post: Post): Source {
  const feed = createRecordedFeed(post)
  const reading = createPlaceholder(feed, post)
  return {
    recorded: true,
    feed,
    nodeActions: [],
    toolbar: () => createRecordingHeader(feed, post),
    instead: reading.element,
    hasNetwork() {
      reading.update()
      return feed.recording.phase === 'whole'
    },
    layoutState: () => feed.inFull,
  }
}
