/** Draws a space-time diagram: lanes from left to right, and what went from whom to whom. Only what is in sight is drawn. */
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Diagram } from './diagram.ts'
import { NAMES, READABLE, ticks, TIMES, xOf, yOf, type Frame } from './frame.ts'
import type { Look } from './look.ts'
import { paintArrows, paintMarks } from './paint-arrows.ts'
import { paintMoments, paintSpans } from './paint-spans.ts'

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
