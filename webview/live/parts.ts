/** Makes the parts of the view, and tells each what it shows and what it may ask for. */
import { createEventList } from '../events/list.ts'
import { createGraph } from '../graph/graph.ts'
import { createLegend } from '../graph/legend.ts'
import { contextOf } from '../graph/menu-context.ts'
import { createNodeCard } from '../graph/node-card.ts'
import { createLayout } from '../layout/layout.ts'
import { createNumbers } from '../numbers/numbers.ts'
import { createAnnouncer } from '../panes/announcer.ts'
import { createCaption } from '../panes/caption.ts'
import { createDetails } from '../panes/details.ts'
import { createFaultList } from '../panes/faults.ts'
import { createHopList } from '../panes/hop-list.ts'
import { createLinkDetails } from '../panes/link-details.ts'
import { createMessageTable } from '../panes/message-table.ts'
import { createNodeTable } from '../panes/node-table.ts'
import { createNotices } from '../panes/notices.ts'
import { createSearch } from '../panes/search.ts'
import { createStarting } from '../panes/starting.ts'
import { createTimeBar } from '../panes/time-bar.ts'
import { arrowText, edgeText, tooltipText } from '../panes/words.ts'
import { createTracer } from '../spacetime/from-log.ts'
import { followed } from '../spacetime/follow.ts'
import { createSpaceTime } from '../spacetime/view.ts'
import { createActing } from '../time/acting.ts'
import { clockZero } from '../time/origin.ts'
import type { Actions } from './actions.ts'
import { createGuard } from './guard.ts'
import type { Model } from './model.ts'

export type LiveParts = ReturnType<typeof createParts>

export function createParts(model: Model, actions: Actions) {
  const { source, feed, cursor, moment, stage } = model
  const { recorded, nodeActions } = source
  const { selectNode, selectLink, chooseMessage, moveTime, frame, save } = actions
  const guarded = createGuard(model.host.post)
  const palette = () => model.palette
  const seek = (at: number) => moveTime(() => cursor.seek(at))

  const layout = createLayout({
    reducedMotion: model.reducedMotion,
    onMoved() {
      frame()
      save()
    },
    onBusy: busy => graph.setBusy(busy),
  })
  const acting = recorded
    ? undefined
    : createActing({
        cursor,
        present: () => feed.state,
        post: model.host.post,
        goLive: () => moveTime(() => cursor.goLive()),
      })
  const post = acting?.post ?? model.host.post
  const card = createNodeCard(nodeActions, post)
  const graph = guarded(
    'The graph',
    () =>
      createGraph({
        layout,
        palette,
        content: moment.content,
        describe: name => tooltipText(cursor.state, name),
        describeEdge: edge => edgeText(cursor.state, edge),
        onSelect: selectNode,
        onSelectLink: selectLink,
        menuContext: what => contextOf(recorded ? cursor.state : feed.state, what),
        card,
        savePicture: model.host.post,
        onChange: frame,
        onCamera: save,
      }),
    { camera: { x: 0, y: 0, k: 1 }, autoFit: true },
  )
  const trace = createTracer(feed.log)
  const spaceTime = guarded('The space-time diagram', () =>
    createSpaceTime({
      palette,
      diagram: trace,
      look: () => ({
        lane: model.saved.node,
        group: moment.message()?.id,
        cursor: cursor.at,
        live: cursor.live,
        origin: clockZero(feed.log),
      }),
      follow() {
        const message = moment.message()
        // In the past the whole way is known already.
        return followed(trace(), feed.state.messages.find(m => m.id === message?.id) ?? message, cursor.at)
      },
      savePicture: model.host.post,
      describe: arrow => arrowText(cursor.state, arrow),
      onLane: selectNode,
      onGroup: chooseMessage,
      onTime: seek,
      onChange: actions.diagramNow,
    }),
  )
  const numbers = guarded('The numbers', () =>
    createNumbers({
      palette,
      moment: () => (cursor.live ? undefined : cursor.at),
      onTime: seek,
    }),
  )
  const events = guarded('The list of events', () =>
    createEventList({
      log: feed.log,
      cursor,
      onChoose: (position, node, message) =>
        moveTime(() => {
          cursor.pause()
          cursor.seekPosition(position)
          if (message !== undefined) chooseMessage(message)
          if (node !== undefined) selectNode(node)
        }),
    }),
  )
  const search = guarded('The search', () =>
    createSearch({
      state: () => cursor.state,
      onFind(name) {
        selectNode(name)
        graph.reveal(name)
      },
    }),
  )
  const caption = guarded('The current message', () =>
    createCaption({
      onReplay() {
        if (cursor.live) {
          const message = stage.message()
          if (message) stage.replay(message)
        } else {
          const message = moment.message()
          moveTime(() => {
            if (message) cursor.seek(message.at)
            cursor.play()
          })
        }
        frame()
      },
      onClose: () => chooseMessage(undefined),
    }),
  )
  return {
    layout,
    graph,
    card,
    acting,
    spaceTime,
    numbers,
    events,
    search,
    caption,
    starting: createStarting(),
    instead: source.instead,
    toolbar: guarded('The toolbar', () => source.toolbar(post)),
    timeBar: guarded('The time bar', () =>
      createTimeBar({
        cursor,
        log: feed.log,
        recorded,
        palette,
        addNote: (moment, text) => post({ type: 'addNote', moment, text }),
        onMove: () => moveTime(),
      }),
    ),
    notices: guarded('The notices', () =>
      createNotices(at => {
        model.saved.dismissed = at
        actions.panesNow()
      }),
    ),
    legend: createLegend(model.saved.legend ?? matchMedia('(min-width: 820px)').matches, open => {
      model.saved.legend = open
      save()
    }),
    nodeTable: guarded('The table of nodes', () =>
      createNodeTable({
        state: () => feed.state,
        actions: nodeActions,
        onSelect: selectNode,
        post,
      }),
    ),
    messageTable: guarded('The table of messages', () =>
      createMessageTable({ recorded, onSelect: chooseMessage }),
    ),
    hopList: guarded('The list of hops', () => createHopList()),
    faults: guarded('The list of faults', () =>
      createFaultList({ recorded, post, onSelectNode: selectNode, onSelectLink: selectLink }),
    ),
    details: guarded('The selected node', () =>
      createDetails({
        actions: nodeActions,
        post,
        onSelect: selectNode,
        onSelectLink: selectLink,
      }),
    ),
    linkDetails: guarded('The selected link', () =>
      createLinkDetails({ recorded, post, onSelectNode: selectNode }),
    ),
    announcer: createAnnouncer(),
  }
}
