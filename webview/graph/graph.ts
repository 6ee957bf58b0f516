/**
 * The graph: a canvas, its camera, what the pointer does on it. It draws when told to and holds no state of the network.
 */
import { h, setAttribute } from '../dom.ts'
import { copyButtons } from '../draw/copy.ts'
import type { DrawingContext } from '../draw/drawing-context.ts'
import { toSegment } from '../draw/segment.ts'
import { place } from '../draw/tooltip.ts'
import { iconButton } from '../icons.ts'
import type { SavePicture } from '../shared/picture-messages.ts'
import type { Layout } from '../layout/layout.ts'
import { seedPosition, type Point } from '../layout/seed.ts'
import { followContextMenu, type Under } from './context-menu.ts'
import { fit, nodeRadius, panBy, toPlane, toScreen, zoomAt, type Camera } from './camera.ts'
import { createEdgeLayer, paintLinks } from './edge-layer.ts'
import type { MenuContext } from './menu-context.ts'
import type { NodeCard } from './node-card.ts'
import { paintFanout, paintFlashes } from './paint-edges.ts'
import { paintFigures, paintZigzags } from './paint-faults.ts'
import { paintHops } from './paint-hops.ts'
import { paintNodes } from './paint-nodes.ts'
import type { Palette } from './palette.ts'
import { followPointer } from './pointer.ts'
import type { Picture } from './picture.ts'
import type { Edge, Scene } from './scene.ts'
import { createSurface } from './surface.ts'

/** What the caller knows of a picture; where things are, the graph adds. */
export type Content = Omit<Picture, 'place' | 'radius' | 'palette' | 'hovered' | 'pinned'> & {
  /** What the camera keeps in sight: it does not move with the time that is shown. */
  present: Scene
}

export interface GraphOptions {
  layout: Layout
  palette(): Palette
  content(): Content
  /** Text of the tooltip of a node. */
  describe(node: string): string
  /** Text of the tooltip of a link. */
  describeEdge(edge: Edge): string
  onSelect(node: string | undefined): void
  onSelectLink(a: string, b: string): void
  /** What the context menu of a part of the picture is about. */
  menuContext(what: Under): MenuContext
  savePicture(picture: SavePicture): void
  /** Lies beside the selected node. */
  card: NodeCard
  /** Something moved: draw in the next frame. */
  onChange(): void
  /** The camera was moved by hand, or gave itself back to the automatic fit. */
  onCamera(): void
}

export interface Graph {
  readonly element: HTMLElement
  readonly camera: Camera
  readonly autoFit: boolean
  draw(): void
  /** One sentence in place of the picture. */
  setName(name: string): void
  setCamera(camera: Camera, autoFit: boolean): void
  /** Brings a node into the picture, if it is outside of it. */
  reveal(node: string): void
  /** Whether the picture is still finding its shape. */
  setBusy(busy: boolean): void
}

/** Room around the outermost nodes, for the caption and the buttons that lie over the picture. Pixels. */
const INSETS = { top: 84, side: 40, bottom: 68 }
/** The groups of a split network have outlines and names besides. */
const INSETS_OF_GROUPS = { top: 118, side: 54, bottom: 78 }

/** How near to a link the pointer has to be, in pixels. */
const EDGE_REACH = 4

export function createGraph(options: GraphOptions): Graph {
  const { layout } = options
  let camera: Camera = { x: 0, y: 0, k: 1 }
  let autoFit = true
  let hovered: string | undefined
  const edges = createEdgeLayer()

  const tooltip = h('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true })
  let name = ''
  const copy = copyButtons({
    size: () => surface.size,
    background: () => options.palette().background,
    title: () => name,
    fileName: 'network-graph',
    save: options.savePicture,
    paint(ctx) {
      const picture = pictureNow()
      paintLinks(ctx, picture)
      paintOverEdges(ctx, picture)
    },
  })
  const controls = h(
    'div',
    { class: 'graph-controls', role: 'group', 'aria-label': 'Zoom' },
    copy,
    iconButton('add', 'Zoom In', () => byHand(zoomAt(camera, surface.size, middle(), 1.3))),
    iconButton('remove', 'Zoom Out', () => byHand(zoomAt(camera, surface.size, middle(), 1 / 1.3))),
    iconButton('fit', 'Fit All Nodes', () => {
      autoFit = true
      options.onCamera()
      options.onChange()
    }),
  )
  const element = h('div', { class: 'graph' }, tooltip, options.card.element, controls)
  const surface = createSurface(element, 'graph-canvas', () => {
    layout.setAspect(surface.size.width / surface.size.height)
    draw()
  })
  element.prepend(surface.canvas)
  // For the keyboard's menu key.
  surface.canvas.tabIndex = 0

  const middle = (): Point => ({ x: surface.size.width / 2, y: surface.size.height / 2 })
  const byHand = (next: Camera) => {
    camera = next
    autoFit = false
    options.onCamera()
    options.onChange()
  }
  const placeOf = (name: string): Point => {
    // A node of the past may be unknown to the layout of the present.
    return toScreen(camera, surface.size, layout.positions.get(name) ?? seedPosition(name))
  }
  const nodeAt = (at: Point): string | undefined => {
    const reach = nodeRadius(camera) + 4
    let best: { name: string; distance: number } | undefined
    for (const { name } of options.content().scene.nodes) {
      const p = placeOf(name)
      const distance = p ? Math.hypot(p.x - at.x, p.y - at.y) : Infinity
      if (distance <= reach && distance < (best?.distance ?? Infinity)) best = { name, distance }
    }
    return best?.name
  }

  const edgeAt = (at: Point): Edge | undefined => {
    let best: { edge: Edge; distance: number } | undefined
    for (const edge of options.content().scene.edges) {
      const distance = toSegment(at, placeOf(edge.a), placeOf(edge.b))
      if (distance <= EDGE_REACH && distance < (best?.distance ?? Infinity)) best = { edge, distance }
    }
    return best?.edge
  }

  const pictureNow = (): Picture => {
    const { present, ...content } = options.content()
    if (autoFit) {
      const points = present.nodes.flatMap(({ name }) => layout.positions.get(name) ?? [])
      camera = fit(points, surface.size, present.groups.length > 0 ? INSETS_OF_GROUPS : INSETS)
    }
    return {
      ...content,
      place: placeOf,
      radius: nodeRadius(camera),
      palette: options.palette(),
      hovered,
      pinned: layout.pinned,
    }
  }
  const draw = () => {
    const picture = pictureNow()
    surface.draw(ctx => {
      edges.draw(ctx, picture, camera, surface.size, layout.moved)
      paintOverEdges(ctx, picture)
    })
    const { selected, scene } = picture
    if (selected === undefined) return
    const others = scene.nodes.filter(n => n.name !== selected).map(n => placeOf(n.name))
    options.card.place(placeOf(selected), picture.radius, surface.size, others)
  }

  followContextMenu(surface.canvas, {
    under(at) {
      const node = nodeAt(at)
      return node === undefined ? edgeAt(at) : { node }
    },
    selected() {
      const { selected, link } = options.content()
      return selected === undefined ? link : { node: selected }
    },
    place(what) {
      if (!what) return middle()
      if ('node' in what) return placeOf(what.node)
      const [a, b] = [placeOf(what.a), placeOf(what.b)]
      return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
    },
    context: options.menuContext,
    onOpen(what) {
      tooltip.hidden = true
      if (what && 'node' in what) options.onSelect(what.node)
      else if (what) options.onSelectLink(what.a, what.b)
    },
  })
  followPointer(surface.canvas, {
    nodeAt,
    hover(node, at) {
      const edge = node === undefined && at ? edgeAt(at) : undefined
      tooltip.hidden = node === undefined && edge === undefined
      if (!tooltip.hidden && at) {
        tooltip.textContent = node === undefined ? options.describeEdge(edge!) : options.describe(node)
        if (node === undefined) place(tooltip, at, surface.size)
        else place(tooltip, placeOf(node), surface.size, nodeRadius(camera))
      }
      surface.canvas.classList.toggle('over-node', node !== undefined || edge !== undefined)
      if (node !== hovered) options.onChange()
      hovered = node
    },
    select(node, at) {
      const edge = node === undefined ? edgeAt(at) : undefined
      if (edge) options.onSelectLink(edge.a, edge.b)
      else options.onSelect(node)
    },
    moveNode(node, to) {
      // While the picture fits itself to the nodes, the ground would move under the dragged one.
      autoFit = false
      layout.pin(node, toPlane(camera, surface.size, to))
      options.onCamera()
      options.onChange()
    },
    releaseNode(node) {
      layout.unpin(node)
      options.onCamera()
    },
    pan: (dx, dy) => byHand(panBy(camera, dx, dy)),
    zoom: (at, factor) => byHand(zoomAt(camera, surface.size, at, factor)),
  })

  return {
    element,
    get camera() {
      return camera
    },
    get autoFit() {
      return autoFit
    },
    draw,
    reveal(node) {
      const at = layout.positions.get(node)
      const p = placeOf(node)
      const { width, height } = surface.size
      if (at && (p.x < 0 || p.y < 0 || p.x > width || p.y > height)) byHand({ ...camera, ...at })
    },
    setBusy: busy => setAttribute(surface.canvas, 'aria-busy', String(busy)),
    setName(next) {
      name = next
      surface.canvas.setAttribute('aria-label', next)
    },
    setCamera(next, auto) {
      camera = next
      autoFit = auto
    },
  }
}

function paintOverEdges(ctx: DrawingContext, picture: Picture): void {
  paintFanout(ctx, picture)
  paintFlashes(ctx, picture)
  paintHops(ctx, picture)
  paintZigzags(ctx, picture)
  paintNodes(ctx, picture)
  paintFigures(ctx, picture)
}
