/**
 * The live view: brings the parts together. The network's state comes from the extension (feed.ts); what the user chose
 * is kept here and saved, so that a hidden, moved or reloaded panel comes back as it was.
 */
import { liveNodes } from '../network/state.ts'
import { createStage } from './broadcast/stage.ts'
import { createFeed, type Change } from './feed.ts'
import { createFlashes } from './flashes.ts'
import { onNextFrame, throttled } from './frame.ts'
import { createEventList } from './events/list.ts'
import { createGraph } from './graph/graph.ts'
import { createLegend } from './graph/legend.ts'
import { onThemeChange, readPalette } from './graph/palette.ts'
import { EMPTY, hasEnded, sceneOf } from './graph/scene.ts'
import { connectHost } from './host.ts'
import { createLayout } from './layout/layout.ts'
import type { FromView } from './messages.ts'
import { createMoment } from './moment.ts'
import { createPage } from './page.ts'
import { createNumbers } from './numbers/numbers.ts'
import { createSeries } from './numbers/series.ts'
import { createAnnouncer } from './panes/announcer.ts'
import { createCaption } from './panes/caption.ts'
import { createDetails } from './panes/details.ts'
import { createHopList } from './panes/hop-list.ts'
import { createMessageTable } from './panes/message-table.ts'
import { createNodeTable } from './panes/node-table.ts'
import { createNotices } from './panes/notices.ts'
import { createSearch } from './panes/search.ts'
import { createTimeBar } from './panes/time-bar.ts'
import { createToolbar } from './panes/toolbar.ts'
import { arrowText, diagramName, edgeText, graphName, tooltipText } from './panes/words.ts'
import { nothingSaved, parseSaved } from './saved.ts'
import { createTracer } from './spacetime/from-log.ts'
import { followed } from './spacetime/follow.ts'
import { createSpaceTime } from './spacetime/view.ts'
import { createActing } from './time/acting.ts'
import { createCursor } from './time/cursor.ts'

/** Tables are for reading: five times a second is enough for them, however many events come. */
const PANES_EVERY_MS = 200
const WORDS_EVERY_MS = 80
const DIAGRAM_EVERY_MS = 100
/** Plots of a network that runs change slowly. */
const PLOTS_EVERY_MS = 1_000
const SAVE_EVERY_MS = 400

const host = connectHost<FromView>()
const feed = createFeed(host.post)
/** The one moment that the whole view is about. */
const cursor = createCursor(feed.log)
let saved = parseSaved(host.saved())

// ---- What is derived from the state ----------------------------------------------------------------------

const motion = matchMedia('(prefers-reduced-motion: reduce)')
/** Of the system, or of VS Code's own setting. */
const reducedMotion = () => motion.matches || document.body.classList.contains('vscode-reduce-motion')
const toScene = sceneOf()
let scene = EMPTY
let palette = readPalette()
const flashes = createFlashes()

const stage = createStage({
  state: () => feed.state,
  shown: () => saved.message,
  show: showMessage,
  reducedMotion,
  post: host.post,
})
const moment = createMoment({
  feed,
  cursor,
  stage,
  flashes,
  scene: () => scene,
  selected: () => saved.node,
  reducedMotion,
})

function onMoved(): void {
  frame()
  save()
}

// ---- The parts -------------------------------------------------------------------------------------------

const layout = createLayout({ reducedMotion, onMoved, onBusy: busy => graph.setBusy(busy) })
const graph = createGraph({
  layout,
  palette: () => palette,
  content: moment.content,
  describe: name => tooltipText(cursor.state, name),
  describeEdge: edgeText,
  onSelect: selectNode,
  onChange: () => frame(),
  onCamera: () => save(),
})
const acting = createActing({
  cursor,
  present: () => feed.state,
  post: host.post,
  goLive: () => moveTime(() => cursor.goLive()),
})
const trace = createTracer(feed.log)
const spaceTime = createSpaceTime({
  palette: () => palette,
  diagram: trace,
  look: () => ({
    lane: saved.node,
    group: moment.message()?.id,
    cursor: cursor.at,
    live: cursor.live,
    origin: feed.state.startedAt,
  }),
  follow() {
    const message = moment.message()
    // In the past the whole way is known already.
    return followed(trace(), feed.state.messages.find(m => m.id === message?.id) ?? message, cursor.at)
  },
  describe: arrow => arrowText(cursor.state, arrow),
  onLane: selectNode,
  onGroup: chooseMessage,
  onTime: at => moveTime(() => cursor.seek(at)),
  onChange: () => diagramNow(),
})
const series = createSeries(feed.log)
const numbers = createNumbers({
  palette: () => palette,
  moment: () => (cursor.live ? undefined : cursor.at),
  onTime: at => moveTime(() => cursor.seek(at)),
})
const events = createEventList({
  log: feed.log,
  cursor,
  onChoose: (position, node, message) =>
    moveTime(() => {
      cursor.pause()
      cursor.seekPosition(position)
      if (message !== undefined) chooseMessage(message)
      if (node !== undefined) selectNode(node)
    }),
})
const search = createSearch({
  state: () => cursor.state,
  onFind(name) {
    selectNode(name)
    graph.reveal(name)
  },
})
const toolbar = createToolbar(acting.post)
const timeBar = createTimeBar({ cursor, log: feed.log, onMove: () => moveTime() })
const notices = createNotices(at => {
  saved.dismissed = at
  panesNow()
})
const caption = createCaption({
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
})
const legend = createLegend(saved.legend ?? matchMedia('(min-width: 820px)').matches, open => {
  saved.legend = open
  save()
})
const nodeTable = createNodeTable({
  state: () => feed.state,
  onSelect: selectNode,
  post: acting.post,
})
const messageTable = createMessageTable({ onSelect: chooseMessage })
const hopList = createHopList()
const details = createDetails({ post: acting.post, onSelect: selectNode })
const announcer = createAnnouncer()
const page = createPage(
  document.getElementById('app')!,
  {
    toolbar: toolbar.element,
    notices: notices.element,
    graph: graph.element,
    caption: caption.element,
    legend,
    spaceTime: spaceTime.element,
    numbers: numbers.element,
    events: events.element,
    nodes: nodeTable.element,
    search: search.element,
    details: details.element,
    messages: messageTable.element,
    hops: hopList.element,
    announcer: announcer.element,
    time: timeBar.element,
    acting: acting.element,
  },
  {
    start: () => host.post({ type: 'startNetwork' }),
    tab(id) {
      saved.tab = id
      panes()
      diagramNow()
    },
  },
)
page.setTab(saved.tab ?? 'graph')

// ---- When what is drawn ----------------------------------------------------------------------------------

const frame = onNextFrame(now => {
  const wasPlaying = cursor.playing
  const busy = cursor.live ? stage.advance(now) : cursor.advance(now)
  // It may just have caught up with the present.
  if (wasPlaying) moveTime()
  if (page.tab === 'graph') graph.draw()
  else if (page.tab === 'spacetime' && (diagramMoved || !cursor.live)) spaceTime.draw()
  diagramMoved = false
  wordsOfFrame()
  if (busy || moment.content().flashes.length > 0) frame()
})

/** While messages pour in, the diagram is drawn a few times a second; when the user moves it, in the next frame. */
const diagramSoon = throttled(DIAGRAM_EVERY_MS, diagramNow)
function diagramNow(): void {
  diagramMoved = true
  frame()
}
let diagramMoved = true

/** What is said of the shown message. Nobody reads as fast as frames come. */
const wordsOfFrame = throttled(WORDS_EVERY_MS, () => {
  const { shown } = moment.content()
  const message = moment.message()
  if (cursor.live) caption.update(message, shown, stage.factor(), stage.others())
  else caption.updatePast(message, shown)
  hopList.update(message?.number, shown?.tree, shown?.cursorMs ?? Infinity)
  if (!cursor.live) timeBar.update(moment.happened())
})

function panesNow(): void {
  const present = feed.state
  const { state } = cursor
  page.showNetwork(Object.keys(present.nodes).length > 0 || present.phase === 'starting', cursor.live)
  toolbar.update(state, present)
  notices.update(present, saved.dismissed)
  nodeTable.update(Object.values(state.nodes), saved.node)
  messageTable.update([...state.messages].reverse(), moment.message()?.id)
  details.update(state, saved.node, present, moment.message())
  if (page.tab === 'events') events.update(state)
  if (page.tab === 'numbers' && cursor.live) plots()
  else if (page.tab === 'numbers') plotsNow()
  graph.setName(graphName(moment.content().scene, liveNodes(state).length))
  spaceTime.setName(diagramName(Object.keys(state.nodes).length, moment.message()))
  timeBar.update(moment.happened())
  save()
}
const plotsNow = () => numbers.update(series(), cursor.state, feed.state.at)
const plots = throttled(PLOTS_EVERY_MS, plotsNow)
const panes = throttled(PANES_EVERY_MS, panesNow)

function saveNow(): void {
  const positions = Object.fromEntries(
    [...layout.positions].map(([name, { x, y }]): [string, [number, number]] => [name, [round(x), round(y)]]),
  )
  const { camera, autoFit } = graph
  host.save({ ...saved, positions, pinned: [...layout.pinned], camera, autoFit })
}
const save = throttled(SAVE_EVERY_MS, saveNow, SAVE_EVERY_MS)
const round = (x: number) => Math.round(x * 1_000) / 1_000

// ---- What the user and the extension do ------------------------------------------------------------------

function selectNode(name: string | undefined): void {
  if (name !== undefined && !feed.state.nodes[name] && !cursor.state.nodes[name]) return
  if (name === undefined) delete saved.node
  else saved.node = name
  panesNow()
  if (name !== undefined) {
    nodeTable.reveal(name)
    spaceTime.reveal(name)
  }
  diagramNow()
}

function chooseMessage(id: string | undefined): void {
  moment.choose(id)
  showMessage(id)
}

function showMessage(id: string | undefined): void {
  if (id === undefined) delete saved.message
  else saved.message = id
  panes()
  diagramSoon()
  frame()
}

/** The moment that is shown changes, or has changed. */
function moveTime(change?: () => void): void {
  change?.()
  if (cursor.live && !live) {
    // What was played before is past.
    moment.choose(undefined)
    stage.clear()
    announcer.reset(feed.state)
  }
  live = cursor.live
  panes()
  diagramNow()
}
let live = true

/** Takes over what was saved, when it is about this network. */
function restore(): void {
  if (saved.network !== feed.state.network) saved = nothingSaved(feed.state.network, saved)
  stage.clear()
  layout.reset(
    Object.entries(saved.positions).map(([name, [x, y]]) => [name, { x, y }]),
    saved.pinned,
  )
  graph.setCamera(saved.camera, saved.autoFit)
}

function takeIn(change: Change): void {
  const { state } = feed
  if (change.type === 'nothing') return
  cursor.update()
  if (change.type === 'history') return moveTime()
  if (change.type === 'select') return selectNode(change.node)
  if (state.network !== current) {
    restore()
    announcer.reset(state)
    current = state.network
  }
  const next = toScene(state)
  if (next !== scene) {
    scene = next
    layout.update(
      scene.nodes.map(({ name, mark }) => ({ name, anchored: hasEnded(mark) })),
      scene.edges,
    )
  }
  const unseen = state.messages.filter(m => m.number > saved.seen)
  // After a snapshot the latest is enough: the rest is past.
  if (cursor.live)
    for (const message of change.type === 'snapshot' ? unseen.slice(-1) : unseen) stage.offer(message)
  saved.seen = unseen.at(-1)?.number ?? saved.seen
  if (change.type === 'events') {
    flashes.add(change.events, state, performance.now())
    if (cursor.live) announcer.update(state)
  }
  panes()
  diagramSoon()
  frame()
}
/** The network that the view is about; undefined until the first snapshot. */
let current: string | undefined

window.addEventListener('message', event => takeIn(feed.receive(event.data)))
window.addEventListener('keydown', event => {
  if (event.key === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault()
    search.focus()
  }
  const asking = document.querySelector('dialog[open]') !== null
  if (event.key === 'Escape' && !event.defaultPrevented && !asking) selectNode(undefined)
})
window.addEventListener('pagehide', saveNow)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') saveNow()
  else if (feed.waiting) feed.ask()
})
motion.addEventListener('change', () => frame())
onThemeChange(() => {
  palette = readPalette()
  numbers.redraw()
  diagramNow()
})
feed.ask()
