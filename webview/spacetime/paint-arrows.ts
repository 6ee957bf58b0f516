/**
 * Draws what went from lane to lane. A first receipt is a line with a head, a duplicate thin and dashed, a rejected copy dotted with a
 * cross; what carries no message is thin and solid, and what never came dash-dotted with a cross.
 */
import type { DrawingContext } from '../draw/drawing-context.ts'
import { arrowsBetween, type Arrow, type ArrowKind, type Diagram } from './diagram.ts'
import { READABLE, xOf, yOf, type Frame } from './frame.ts'
import type { Look } from './look.ts'

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
  other: { width: 1, dash: [], color: 'link' },
  gone: { width: 1, dash: [6, 3, 1.5, 3], color: 'bad' },
}

interface Line {
  arrow: Arrow
  x1: number
  y1: number
  x2: number
  y2: number
}

export function paintArrows(
  ctx: DrawingContext,
  diagram: Diagram,
  frame: Frame,
  look: Look,
  rows: ReadonlyMap<string, number>,
  inSight: (row: number) => boolean,
): void {
  const lines: Record<ArrowKind, Line[]> = {
    first: [],
    duplicate: [],
    rejected: [],
    other: [],
    gone: [],
  }
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
    for (const kind of ['other', 'gone', 'duplicate', 'rejected', 'first'] as const) {
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
      const crossed = kind === 'rejected' || kind === 'gone'
      if (heads && !crossed) paintHeads(ctx, part, kind === 'first' ? 8 : 6)
      if (crossed) paintCrosses(ctx, part)
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

/** What is there beside arrows: where a message began, and where one was lost. */
export function paintMarks(
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
