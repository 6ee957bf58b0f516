/**
 * Draws when lanes were paused, as a row of upright strokes, and when they were cut off, as a line below the lane in the dashes of
 * their group, with its sign. And upright through all lanes, what was done to the network.
 */
import type { DrawingContext } from '../draw/drawing-context.ts'
import { groupDash } from '../graph/paint-groups.ts'
import type { Palette } from '../graph/palette.ts'
import type { Diagram, Lane, Span } from './diagram.ts'
import { NAMES, TIMES, xOf, yOf, type Frame } from './frame.ts'

/** Lanes closer than this, in pixels, have no room for signs. */
const SIGNS_FROM = 13
/** A text has this much room before the next, in pixels: what comes sooner is only a line. */
const TEXT_ROOM = 92
/** Where the texts of moments stand. */
const TEXT_Y = 9

export function paintSpans(
  ctx: DrawingContext,
  { lanes }: Pick<Diagram, 'lanes'>,
  frame: Frame,
  palette: Palette,
  inSight: (row: number) => boolean,
): void {
  lanes.forEach((lane, row) => {
    if (!inSight(row)) return
    const y = Math.round(yOf(frame, row)) + 0.5
    for (const span of lane.spans ?? [])
      for (const { from, to } of during(lane, span)) {
        if (from > frame.to || to < frame.from) continue
        const [x1, x2] = [Math.max(NAMES, xOf(frame, from)), Math.min(frame.size.width, xOf(frame, to))]
        if (span.kind === 'paused') paintPaused(ctx, frame, palette, x1, x2, y)
        else paintApart(ctx, frame, palette, span, x1, x2, y)
      }
  })
  ctx.setLineDash([])
}

/** A lane that was not there was neither paused nor in a group. */
const during = ({ lives }: Lane, span: Span) =>
  lives
    .map(({ from, to }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter(({ from, to }) => from < to)

function paintPaused(
  ctx: DrawingContext,
  frame: Frame,
  palette: Palette,
  x1: number,
  x2: number,
  y: number,
): void {
  ctx.setLineDash([1.5, 4])
  ctx.strokeStyle = palette.ink
  ctx.lineWidth = Math.min(8, Math.max(3, frame.laneHeight * 0.4))
  ctx.beginPath()
  ctx.moveTo(x1, y)
  ctx.lineTo(x2, y)
  ctx.stroke()
}

function paintApart(
  ctx: DrawingContext,
  frame: Frame,
  palette: Palette,
  span: Span,
  x1: number,
  x2: number,
  y: number,
): void {
  const below = Math.min(4, Math.max(2, frame.laneHeight * 0.2))
  ctx.setLineDash(groupDash(span.group ?? 0))
  ctx.strokeStyle = palette.quiet
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(x1, y + below)
  ctx.lineTo(x2, y + below)
  ctx.stroke()
  if (frame.laneHeight < SIGNS_FROM || span.sign === undefined || x2 - x1 < 16) return
  ctx.setLineDash([])
  ctx.font = `700 10px ${palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.strokeStyle = palette.background
  ctx.lineWidth = 4
  ctx.lineJoin = 'round'
  ctx.strokeText(span.sign, x1 + 9, y)
  ctx.fillStyle = palette.ink
  ctx.fillText(span.sign, x1 + 9, y)
}

export function paintMoments(
  ctx: DrawingContext,
  { moments }: Diagram,
  frame: Frame,
  palette: Palette,
): void {
  let free = -Infinity
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  ctx.font = `11px ${palette.font}`
  for (const { at, text } of moments ?? []) {
    if (at < frame.from || at > frame.to) continue
    const x = Math.round(xOf(frame, at)) + 0.5
    ctx.setLineDash([4, 3])
    ctx.strokeStyle = palette.quiet
    ctx.lineWidth = 1
    ctx.beginPath()
    ctx.moveTo(x, 0)
    ctx.lineTo(x, frame.size.height - TIMES)
    ctx.stroke()
    ctx.setLineDash([])
    if (x < free) continue
    free = x + TEXT_ROOM
    ctx.strokeStyle = palette.background
    ctx.lineWidth = 4
    ctx.strokeText(text, x + 4, TEXT_Y)
    ctx.fillStyle = palette.ink
    ctx.fillText(text, x + 4, TEXT_Y)
  }
}
