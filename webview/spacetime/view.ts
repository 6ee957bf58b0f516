/** The space-time diagram on the page: where it looks in time and lanes, and what pointer and keys do on it. */
import { h, setAttribute } from '../dom.ts'
import { copyButtons } from '../draw/copy.ts'
import { toSegment } from '../draw/segment.ts'
import { place } from '../draw/tooltip.ts'
import type { Palette } from '../graph/palette.ts'
import { createSurface } from '../graph/surface.ts'
import { iconButton } from '../icons.ts'
import type { SavePicture } from '../shared/picture-messages.ts'
import { arrowsBetween, NO_DIAGRAM, type Arrow, type Diagram } from './diagram.ts'
import { laneHeight, laneOf, NAMES, scrollEnd, TIMES, timeOf, yOf, zoomTime, type Frame } from './frame.ts'
import { lineOf } from './paint-arrows.ts'
import type { Look } from './look.ts'
import { paintDiagram } from './paint.ts'
import { followDrag } from './pointer.ts'

export interface SpaceTimeOptions {
  palette(): Palette
  diagram(): Diagram
  savePicture(picture: SavePicture): void
  look(): Pick<Look, 'lane' | 'group' | 'cursor' | 'live' | 'origin'>
  /** What to keep in sight while the diagram is not moved by hand. */
  follow(): { from: number; to: number }
  describe(arrow: Arrow): string
  onLane(id: string | undefined): void
  onGroup(id: string): void
  onTime(at: number): void
  /** Draw in the next frame. */
  onChange(): void
}

export interface SpaceTime {
  readonly element: HTMLElement
  draw(): void
  setName(name: string): void
  /** Brings a lane into sight. */
  reveal(lane: string): void
}

/** How near to an arrow the pointer has to be, in pixels. */
const REACH = 6
const ZOOM = 1.4

export function createSpaceTime(options: SpaceTimeOptions): SpaceTime {
  /** Undefined while it follows. */
  let range: { from: number; to: number } | undefined
  let scroll = 0
  let condensed = false
  let hovered: Arrow | undefined
  let diagram = NO_DIAGRAM

  const tooltip = h('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true })
  const follow = iconButton('follow', 'Follow the Message or the Latest Seconds (F)', () =>
    change(() => (range = undefined)),
  )
  const dense = iconButton('condense', 'Show All Lanes (C)', () => change(() => (condensed = !condensed)))
  let name = ''
  const copy = copyButtons({
    size: () => surface.size,
    background: () => options.palette().background,
    title: () => name,
    fileName: 'space-time-diagram',
    save: options.savePicture,
    paint: ctx => paintDiagram(ctx, diagram, frame(), look()),
  })
  const controls = h(
    'div',
    { class: 'graph-controls', role: 'group', 'aria-label': 'Space-time' },
    copy,
    iconButton('add', 'Zoom In (+)', () => zoom(ZOOM)),
    iconButton('remove', 'Zoom Out (−)', () => zoom(1 / ZOOM)),
    follow,
    dense,
  )
  const element = h(
    'div',
    {
      class: 'spacetime',
      tabindex: 0,
      role: 'group',
      'aria-roledescription': 'diagram',
      'aria-label': 'Space-time diagram',
      'aria-keyshortcuts': '+ - F C ArrowLeft ArrowRight ArrowUp ArrowDown',
    },
    tooltip,
    controls,
  )
  const surface = createSurface(element, 'spacetime-canvas', () => draw())
  element.prepend(surface.canvas)

  const frame = (): Frame => {
    const { size } = surface
    const height = laneHeight(size, diagram.lanes.length, condensed)
    scroll = Math.min(Math.max(0, scroll), scrollEnd(size, diagram.lanes.length, height))
    return { size, ...(range ?? options.follow()), laneHeight: height, scroll }
  }
  const look = (): Look => ({ ...options.look(), palette: options.palette(), hovered })
  const showPressed = () => {
    setAttribute(follow, 'aria-pressed', String(range === undefined))
    setAttribute(dense, 'aria-pressed', String(condensed))
  }
  const change = (act: () => void) => {
    act()
    showPressed()
    options.onChange()
  }
  const middle = (f: Frame) => {
    const { cursor } = options.look()
    return cursor > f.from && cursor < f.to ? cursor : (f.from + f.to) / 2
  }
  const zoom = (factor: number, at?: number) =>
    change(() => {
      const f = frame()
      range = zoomTime(f, at ?? middle(f), factor)
    })
  const pan = (pixels: number) =>
    change(() => {
      const f = frame()
      const by = (pixels / Math.max(1, f.size.width - NAMES)) * (f.to - f.from)
      range = { from: f.from + by, to: f.to + by }
    })
  const reveal = (id: string) => {
    const f = frame()
    const row = diagram.lanes.findIndex(lane => lane.id === id)
    if (row < 0) return
    const [top, bottom] = [row * f.laneHeight, (row + 1) * f.laneHeight]
    const room = f.size.height - TIMES
    if (top < scroll) scroll = top
    else if (bottom > scroll + room) scroll = bottom - room
  }
  const arrowAt = (x: number, y: number): Arrow | undefined => {
    const f = frame()
    const rows = new Map(diagram.lanes.map(({ id }, i) => [id, i]))
    let best: { arrow: Arrow; distance: number } | undefined
    arrowsBetween(diagram, timeOf(f, x - 200), timeOf(f, x + 200), arrow => {
      const line = lineOf(arrow, f, rows)
      if (!line) return
      const distance = toSegment({ x, y }, { x: line.x1, y: line.y1 }, { x: line.x2, y: line.y2 })
      if (distance <= REACH && distance < (best?.distance ?? Infinity)) best = { arrow, distance }
    })
    return best?.arrow
  }
  const step = (by: number) => {
    const { lane } = options.look()
    const at = diagram.lanes.findIndex(l => l.id === lane)
    const next = diagram.lanes[at < 0 ? 0 : Math.min(Math.max(at + by, 0), diagram.lanes.length - 1)]
    if (next) options.onLane(next.id)
  }

  followDrag(surface.canvas, {
    area: (x, y) => (y > surface.size.height - TIMES ? 'times' : x < NAMES ? 'names' : 'lanes'),
    hover(x, y, area) {
      const next = area === 'lanes' ? arrowAt(x, y) : undefined
      tooltip.hidden = next === undefined
      if (next) {
        tooltip.textContent = options.describe(next)
        place(tooltip, { x, y }, surface.size)
      }
      surface.canvas.classList.toggle('over-node', next !== undefined || area !== 'lanes')
      if (next !== hovered) change(() => (hovered = next))
    },
    click(x, y, area) {
      const arrow = area === 'lanes' ? arrowAt(x, y) : undefined
      if (arrow) return arrow.group === '' ? undefined : options.onGroup(arrow.group)
      if (area === 'times') return options.onTime(timeOf(frame(), x))
      const f = frame()
      const row = laneOf(f, y)
      const lane = diagram.lanes[row]
      const near = lane && (area === 'names' || Math.abs(yOf(f, row) - y) <= REACH)
      options.onLane(near ? lane.id : undefined)
    },
    drag(x, dx, dy, area) {
      if (area === 'times') return options.onTime(timeOf(frame(), x))
      change(() => (scroll -= dy))
      if (area === 'lanes') pan(-dx)
    },
    wheel(x, dx, dy, area, fine) {
      if (area === 'names') change(() => (scroll += dy))
      else if (dx !== 0) pan(dx)
      else zoom(Math.exp(-dy * (fine ? 0.01 : 0.0015)), timeOf(frame(), x))
    },
  })

  element.addEventListener('keydown', event => {
    if (event.target !== element || event.ctrlKey || event.altKey || event.metaKey) return
    const keys: Record<string, () => void> = {
      ArrowLeft: () => pan(-60),
      ArrowRight: () => pan(60),
      ArrowUp: () => step(-1),
      ArrowDown: () => step(1),
      PageUp: () => change(() => (scroll -= surface.size.height * 0.8)),
      PageDown: () => change(() => (scroll += surface.size.height * 0.8)),
      '+': () => zoom(ZOOM),
      '=': () => zoom(ZOOM),
      '-': () => zoom(1 / ZOOM),
      f: () => change(() => (range = undefined)),
      c: () => change(() => (condensed = !condensed)),
    }
    const used = keys[event.key]
    if (!used) return
    event.preventDefault()
    used()
  })
  showPressed()

  const draw = () => {
    diagram = options.diagram()
    if (hovered && !diagram.lanes.some(l => l.id === hovered?.to)) hovered = undefined
    surface.draw(ctx => paintDiagram(ctx, diagram, frame(), look()))
  }
  return {
    element,
    draw,
    setName(next) {
      name = next
      surface.canvas.setAttribute('aria-label', next)
    },
    reveal,
  }
}
