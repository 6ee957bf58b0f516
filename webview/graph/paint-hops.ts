/** Draws the way of a message: an arrow for each hop that has begun, and a dot where it is now. */
import type { Hop } from '../broadcast/hops.ts'
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Point } from '../layout/seed.ts'
import type { Picture, ShownMessage } from './picture.ts'

export function paintHops(ctx: DrawingContext, picture: Picture): void {
  for (const message of picture.others) paintDots(ctx, picture, message, 3.5)
  const { shown, palette, radius } = picture
  if (!shown) return
  ctx.strokeStyle = palette.hop
  ctx.fillStyle = palette.hop
  ctx.lineWidth = Math.min(3, Math.max(1.5, radius / 5))
  for (const hop of shown.tree.hops) {
    const ends = endsOf(picture, hop)
    const part = progressOf(hop, shown.cursorMs)
    if (!ends || part === undefined) continue
    ctx.beginPath()
    ctx.moveTo(ends.from.x, ends.from.y)
    const tip = between(ends.from, ends.to, part)
    ctx.lineTo(tip.x, tip.y)
    ctx.stroke()
    if (part === 1) paintArrowHead(ctx, ends.from, ends.to, Math.max(5, radius * 0.5))
    if (part === 1 && picture.numbered && radius >= 9) paintNumber(ctx, picture, ends.from, ends.to, hop.hop)
  }
  paintDots(ctx, picture, shown, Math.max(4, radius * 0.36))
}

/** How far a hop is, 0 to 1; undefined before it starts. */
function progressOf(hop: Hop, cursorMs: number): number | undefined {
  if (cursorMs >= hop.endMs) return 1
  if (cursorMs < hop.startMs) return undefined
  return (cursorMs - hop.startMs) / (hop.endMs - hop.startMs)
}

/** From the rim of one node to the rim of the other. */
function endsOf(picture: Picture, hop: Hop): { from: Point; to: Point } | undefined {
  const [from, to] = [picture.place(hop.from), picture.place(hop.to)]
  if (!from || !to) return undefined
  const distance = Math.hypot(to.x - from.x, to.y - from.y)
  const rim = Math.min(0.45, (picture.radius + 2) / Math.max(1, distance))
  return { from: between(from, to, rim), to: between(from, to, 1 - rim) }
}

function paintDots(ctx: DrawingContext, picture: Picture, message: ShownMessage, size: number): void {
  ctx.fillStyle = picture.palette.hop
  ctx.strokeStyle = picture.palette.background
  ctx.lineWidth = 1.5
  for (const hop of message.tree.hops) {
    const part = progressOf(hop, message.cursorMs)
    const ends = endsOf(picture, hop)
    if (part === undefined || part === 1 || !ends) continue
    const at = between(ends.from, ends.to, part)
    ctx.beginPath()
    ctx.arc(at.x, at.y, size, 0, 2 * Math.PI)
    ctx.fill()
    ctx.stroke()
  }
}

function paintArrowHead(ctx: DrawingContext, from: Point, to: Point, size: number): void {
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  ctx.beginPath()
  ctx.moveTo(to.x, to.y)
  for (const side of [-1, 1]) {
    const a = angle + Math.PI + side * 0.45
    ctx.lineTo(to.x + size * Math.cos(a), to.y + size * Math.sin(a))
  }
  ctx.closePath()
  ctx.fill()
}

function paintNumber(ctx: DrawingContext, picture: Picture, from: Point, to: Point, hop: number): void {
  const at = between(from, to, 0.5)
  ctx.beginPath()
  ctx.arc(at.x, at.y, 8, 0, 2 * Math.PI)
  ctx.fill()
  ctx.save()
  ctx.fillStyle = picture.palette.hopInk
  ctx.font = `600 10px ${picture.palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(String(hop), at.x, at.y + 0.5)
  ctx.restore()
}

const between = (a: Point, b: Point, t: number): Point => ({
  x: a.x + (b.x - a.x) * t,
  y: a.y + (b.y - a.y) * t,
})
