/** What the view knows: the network from the extension, the one moment that is shown, and what the user chose. */
import { createStage, type Stage } from '../broadcast/stage.ts'
import type { FromAnyPage } from '../shared/failure-messages.ts'
import type { Feed } from '../feed.ts'
import { createFlashes, type Flashes } from '../flashes.ts'
import { readPalette, type Palette } from '../graph/palette.ts'
import { EMPTY, sceneOf, type Scene } from '../graph/scene.ts'
import type { Host } from '../vscode-api.ts'
import type { FromView } from '../shared/view-messages.ts'
import type { SavePicture } from '../shared/picture-messages.ts'
import type { FromRecording } from '../shared/recording-messages.ts'
import { createMoment, type Moment } from '../moment.ts'
import { parseSaved, type Saved } from '../view-state.ts'
import { createSource, type Source } from '../source.ts'
import { createCursor, type TimeCursor } from '../time/cursor.ts'

export interface Model {
  readonly host: Host<FromView | FromRecording | FromAnyPage | SavePicture>
  /** A network that runs, or a recording. */
  readonly source: Source
  readonly feed: Feed
  /** The one moment that the whole view is about. */
  readonly cursor: TimeCursor
  readonly stage: Stage
  readonly moment: Moment
  readonly flashes: Flashes
  /** What the user chose; it outlives the page. */
  saved: Saved
  /** Of the present. */
  readonly scene: Scene
  readonly palette: Palette
  /** Of the system, or of VS Code's own setting. */
  reducedMotion(): boolean
  /** Derives the scene from the present again; true when it is another one. */
  refreshScene(): boolean
  /** The theme has changed. */
  refreshPalette(): void
}

/**
 * `kind` is what the page says of itself, see source.ts. `show` puts a message on the graph, which the stage does by itself,
 * too.
 */
export function createModel(
  kind: string | undefined,
  host: Host<FromView | FromRecording | FromAnyPage | SavePicture>,
  show: (message: string) => void,
): Model {
  const source = createSource(kind, host.post)
  const { feed, recorded } = source
  const cursor = createCursor(feed.log, { recorded })
  const flashes = createFlashes()
  const motion = matchMedia('(prefers-reduced-motion: reduce)')
  const reducedMotion = () => motion.matches || document.body.classList.contains('vscode-reduce-motion')
  const toScene = sceneOf()
  let saved = parseSaved(host.saved())
  let scene = EMPTY
  let palette = readPalette()
  const stage = createStage({
    state: () => feed.state,
    shown: () => saved.message,
    show,
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
    link: () => saved.link,
    reducedMotion,
  })
  return {
    host,
    source,
    feed,
    cursor,
    stage,
    moment,
    flashes,
    reducedMotion,
    get saved() {
      return saved
    },
    set saved(next) {
      saved = next
    },
    get scene() {
      return scene
    },
    get palette() {
      return palette
    },
    refreshScene() {
      const before = scene
      scene = toScene(source.layoutState())
      return scene !== before
    },
    refreshPalette() {
      palette = readPalette()
    },
  }
}
