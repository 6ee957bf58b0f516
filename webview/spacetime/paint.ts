/**
 * Draws a space-time diagram: lanes from left to right, arrows from whom to whom. A first receipt is a line with a head, a
 * duplicate thin and dashed, a rejected copy dotted with a cross. Only what is in sight is drawn.
 */
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Palette } from '../graph/palette.ts'
import { arrowsBetween, type Arrow, type ArrowKind, type Diagram } from './diagram.ts'
import { NAMES, READABLE, ticks, TIMES, xOf, yOf, type Frame } from './frame.ts'
import { paintMoments, paintSpans } from './paint-spans.ts'

export interface Look {
  palette: Palette
  /** The lane and the group that are selected, and the arrow under the pointer. */
  lane: string | undefined
  group: string | undefined
  hovered: Arrow | undefined
  /** The moment that the view shows, and whether that is the present. */
  cursor: number
  live: boolean
  /** What the times count from. */
  origin: number
}

/** With more arrows in sight, heads would only be a blot. */
const MOST_HEADS = 900

interface Style {
  width: number
  dash: number[]
  color: 'hop' | 'mesh' | 'link' | 'bad'
}
const STYLES: Record<ArrowKind, Style> = {
  first: { width: 1.5, dash: [], color: 'mesh' },
  duplicate: { width: 1, dash: [4, 3], color: 'link' },
  rejected: { width: 1, dash: [1.5, 3], color: 'bad' },
}

export function paintDiagram(ctx: DrawingContext, diagram: Diagram, frame: Frame, look: Look): void {
  const { size } = frame
  const rows = new Map(diagram.lanes.map(({ id }, i) => [id, i]))
  const inSight = (row: number) =>
    yOf(frame, row) > -frame.laneHeight && yOf(frame, row) < size.height - TIMES + frame.laneHeight
  ctx.save()
  clipTo(ctx, NAMES, 0, size.width - NAMES, size.height - TIMES)
  paintTicks(ctx, frame, look)
  paintLanes(ctx, diagram, frame, look, inSight)
  paintSpans(ctx, diagram, frame, look.palette, inSight)
  paintArrows(ctx, diagram, frame, look, rows, inSight)
  paintMarks(ctx, diagram, frame, look, rows)
  paintMoments(ctx, diagram, frame, look.palette)
  if (!look.live) paintFuture(ctx, frame, look)
  ctx.restore()
  paintNames(ctx, diagram, frame, look, inSight)
  paintTimes(ctx, frame, look)
  paintCursor(ctx, frame, look)
}

function clipTo(ctx: DrawingContext, x: number, y: number, width: number, height: number): void {
  ctx.beginPath()
  ctx.rect(x, y, width, height)
  ctx.clip()
}

function paintTicks(ctx: DrawingContext, frame: Frame, { palette, origin }: Look): void {
  ctx.strokeStyle = palette.border
  ctx.globalAlpha = palette.gridAlpha
  ctx.lineWidth = 1
  ctx.beginPath()
  for (const { at } of ticks(frame, origin)) {
    const x = Math.round(xOf(frame, at)) + 0.5
    ctx.moveTo(x, 0)
    ctx.lineTo(x, frame.size.height - TIMES)
  }
  ctx.stroke()
  ctx.globalAlpha = 1
}

function paintLanes(
  ctx: DrawingContext,
  { lanes }: Diagram,
  frame: Frame,
  { palette, lane }: Look,
  inSight: (row: number) => boolean,
): void {
  for (const selected of [false, true]) {
    ctx.strokeStyle = selected ? palette.focus : palette.link
    ctx.lineWidth = selected ? 2 : 1
    ctx.globalAlpha = selected ? 1 : Math.max(palette.quietAlpha, 0.5)
    ctx.beginPath()
    lanes.forEach(({ id, lives }, row) => {
      if ((id === lane) !== selected || !inSight(row)) return
      const y = Math.round(yOf(frame, row)) + 0.5
      for (const { from, to } of lives) {
        if (from > frame.to || to < frame.from) continue
        ctx.moveTo(Math.max(NAMES, xOf(frame, from)), y)
        ctx.lineTo(to >= frame.to ? frame.size.width : xOf(frame, to), y)
      }
    })
    ctx.stroke()
  }
  ctx.globalAlpha = 1
}

interface Line {
  arrow: Arrow
  x1: number
  y1: number
  x2: number
  y2: number
}

function paintArrows(
  ctx: DrawingContext,
  diagram: Diagram,
  frame: Frame,
  look: Look,
  rows: ReadonlyMap<string, number>,
  inSight: (row: number) => boolean,
): void {
  const lines: Record<ArrowKind, Line[]> = { first: [], duplicate: [], rejected: [] }
  let count = 0
  arrowsBetween(diagram, frame.from, frame.to, arrow => {
    const line = lineOf(arrow, frame, rows, inSight)
    if (!line) return
    count++
    lines[arrow.kind].push(line)
  })
  const heads = count <= MOST_HEADS && frame.laneHeight >= READABLE / 2
  const matters = ({ arrow }: Line) =>
    (look.group === undefined || arrow.group === look.group) &&
    (look.lane === undefined ||
      look.group !== undefined ||
      arrow.from === look.lane ||
      arrow.to === look.lane)
  for (const strong of [false, true])
    for (const kind of ['duplicate', 'rejected', 'first'] as const) {
      const style = STYLES[kind]
      const part = lines[kind].filter(line => matters(line) === strong)
      if (part.length === 0) continue
      const chosen = strong && look.group !== undefined && kind === 'first'
      const color = look.palette[chosen ? 'hop' : style.color]
      ctx.globalAlpha = strong ? 1 : look.palette.quietAlpha
      ctx.strokeStyle = ctx.fillStyle = color
      ctx.lineWidth = chosen ? 2 : style.width
      ctx.setLineDash(style.dash)
      ctx.beginPath()
      for (const { x1, y1, x2, y2 } of part) {
        ctx.moveTo(x1, y1)
        ctx.lineTo(x2, y2)
      }
      ctx.stroke()
      ctx.setLineDash([])
      if (heads && kind !== 'rejected') paintHeads(ctx, part, kind === 'first' ? 8 : 6)
      if (kind === 'rejected') paintCrosses(ctx, part)
    }
  ctx.globalAlpha = 1
  const under = look.hovered && lineOf(look.hovered, frame, rows, inSight)
  if (!under) return
  ctx.strokeStyle = look.palette.focus
  ctx.lineWidth = 3
  ctx.beginPath()
  ctx.moveTo(under.x1, under.y1)
  ctx.lineTo(under.x2, under.y2)
  ctx.stroke()
}

/** Where an arrow goes on the screen; undefined when it does not. Of unknown start: a short way before its end. */
export function lineOf(
  arrow: Arrow,
  frame: Frame,
  rows: ReadonlyMap<string, number>,
  inSight: (row: number) => boolean = () => true,
): Line | undefined {
  const [from, to] = [rows.get(arrow.from), rows.get(arrow.to)]
  if (from === undefined || to === undefined || !(inSight(from) || inSight(to))) return undefined
  const [y1, y2] = [yOf(frame, from), yOf(frame, to)]
  const x2 = xOf(frame, arrow.end)
  if (arrow.start !== undefined) return { arrow, x1: xOf(frame, arrow.start), y1, x2, y2 }
  return { arrow, x1: x2 - 10, y1: y2 - Math.sign(y2 - y1) * Math.min(10, Math.abs(y2 - y1)), x2, y2 }
}

/** All heads in one path: thousands of them in a frame must not be thousands of calls. */
function paintHeads(ctx: DrawingContext, lines: readonly Line[], size: number): void {
  ctx.beginPath()
  for (const { x1, y1, x2, y2 } of lines) {
    const length = Math.hypot(x2 - x1, y2 - y1)
    if (length < size) continue
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length]
    const [bx, by] = [x2 - ux * size, y2 - uy * size]
    const half = size * 0.45
    ctx.moveTo(x2, y2)
    ctx.lineTo(bx - uy * half, by + ux * half)
    ctx.lineTo(bx + uy * half, by - ux * half)
    ctx.closePath()
  }
  ctx.fill()
}

function paintCrosses(ctx: DrawingContext, lines: readonly Line[]): void {
  ctx.lineWidth = 1.5
  ctx.beginPath()
  for (const { x2, y2 } of lines) cross(ctx, x2, y2, 4)
  ctx.stroke()
}

function cross(ctx: DrawingContext, x: number, y: number, r: number): void {
  ctx.moveTo(x - r, y - r)
  ctx.lineTo(x + r, y + r)
  ctx.moveTo(x + r, y - r)
  ctx.lineTo(x - r, y + r)
}

function paintMarks(
  ctx: DrawingContext,
  { marks }: Diagram,
  frame: Frame,
  { palette, group }: Look,
  rows: ReadonlyMap<string, number>,
): void {
  const size = Math.min(5, Math.max(2.5, frame.laneHeight * 0.3))
  for (const mark of marks) {
    const row = rows.get(mark.lane)
    if (row === undefined || mark.at < frame.from || mark.at > frame.to) continue
    const [x, y] = [xOf(frame, mark.at), yOf(frame, row)]
    ctx.beginPath()
    if (mark.kind === 'lost') {
      ctx.strokeStyle = palette.bad
      ctx.lineWidth = 2
      cross(ctx, x, y, size)
      ctx.stroke()
    } else {
      ctx.globalAlpha = group === undefined || group === mark.group ? 1 : palette.quietAlpha
      ctx.arc(x, y, size, 0, 2 * Math.PI)
      ctx.fillStyle = palette.hop
      ctx.fill()
      ctx.globalAlpha = 1
    }
  }
}

/** What comes after the moment that is shown is there, but steps back. */
function paintFuture(ctx: DrawingContext, frame: Frame, { palette, cursor }: Look): void {
  const x = Math.max(NAMES, xOf(frame, cursor))
  if (x >= frame.size.width) return
  ctx.globalAlpha = 0.6
  ctx.fillStyle = palette.background
  ctx.beginPath()
  ctx.rect(x, 0, frame.size.width - x, frame.size.height - TIMES)
  ctx.fill()
  ctx.globalAlpha = 1
}

function paintNames(
  ctx: DrawingContext,
  { lanes }: Diagram,
  frame: Frame,
  { palette, lane }: Look,
  inSight: (row: number) => boolean,
): void {
  ctx.save()
  clipTo(ctx, 0, 0, NAMES, frame.size.height - TIMES)
  ctx.textAlign = 'right'
  ctx.textBaseline = 'middle'
  // Closer than they can be read: only some of them.
  const every = Math.ceil(READABLE / frame.laneHeight - 0.2)
  lanes.forEach(({ id, name }, row) => {
    if (!inSight(row) || (row % every !== 0 && id !== lane)) return
    ctx.font = `${id === lane ? 700 : 400} ${frame.laneHeight >= 18 || every > 1 ? 12 : 11}px ${palette.font}`
    ctx.fillStyle = id === lane ? palette.ink : palette.quiet
    ctx.fillText(name, NAMES - 8, yOf(frame, row) + 0.5)
  })
  ctx.restore()
}

function paintTimes(ctx: DrawingContext, frame: Frame, { palette, origin }: Look): void {
  const y = frame.size.height - TIMES
  ctx.strokeStyle = palette.border
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(0, y + 0.5)
  ctx.lineTo(frame.size.width, y + 0.5)
  ctx.stroke()
  ctx.font = `11px ${palette.font}`
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'center'
  ctx.fillStyle = palette.quiet
  for (const { at, text } of ticks(frame, origin)) {
    const x = xOf(frame, at)
    if (x > NAMES + 20 && x < frame.size.width - 24) ctx.fillText(text, x, y + TIMES / 2 + 1)
  }
}

function paintCursor(ctx: DrawingContext, frame: Frame, { palette, cursor, live }: Look): void {
  const x = xOf(frame, cursor)
  if (x < NAMES || x > frame.size.width) return
  const y = frame.size.height - TIMES
  ctx.strokeStyle = ctx.fillStyle = live ? palette.quiet : palette.hop
  ctx.lineWidth = live ? 1 : 2
  ctx.beginPath()
  ctx.moveTo(x, 0)
  ctx.lineTo(x, y)
  ctx.stroke()
  ctx.beginPath()
  ctx.moveTo(x, y)
  ctx.lineTo(x - 5, y + 7)
  ctx.lineTo(x + 5, y + 7)
  ctx.closePath()
  ctx.fill()
}
