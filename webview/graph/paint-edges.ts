/** Draws links: connections thin, the gossip mesh bold, a graft of one side only dashed, dials and what is cut dotted. */
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Point } from '../layout/seed.ts'
import { isChosen } from './paint-faults.ts'
import type { Picture } from './picture.ts'
import type { Edge } from './scene.ts'

interface Line {
  width: number
  dash: number[]
  color: 'link' | 'mesh'
}
const LINES: Record<Edge['kind'], Line> = {
  dialling: { width: 1.5, dash: [1.5, 4.5], color: 'link' },
  connection: { width: 1, dash: [], color: 'link' },
  'one-way': { width: 2.5, dash: [7, 5], color: 'mesh' },
  mutual: { width: 2.5, dash: [], color: 'mesh' },
  cut: { width: 1, dash: [1.5, 5], color: 'link' },
  down: { width: 1, dash: [1.5, 5], color: 'link' },
}
const ORDER = ['cut', 'down', 'connection', 'dialling', 'one-way', 'mutual'] as const

export function paintEdges(ctx: DrawingContext, picture: Picture): void {
  const { scene, palette, selected, link, radius, shown } = picture
  const chosen = selected !== undefined || link !== undefined
  // Far away, lines get thinner with the nodes, so that two hundred of them stay a picture.
  const scale = Math.min(1, Math.max(0.45, radius / 12))
  paintChosen(ctx, picture)
  for (const kind of ORDER) {
    const line = LINES[kind]
    const edges = scene.edges.filter(e => e.kind === kind)
    if (edges.length === 0) continue
    ctx.strokeStyle = palette[line.color]
    ctx.setLineDash(line.dash.map(d => d * scale))
    ctx.lineCap = kind === 'dialling' ? 'round' : 'butt'
    const near = (e: Edge) => !chosen || isChosen(picture, e) || e.a === selected || e.b === selected
    for (const strong of [false, true]) {
      // What is not about the selected node, or not about the message that is shown, steps back.
      ctx.globalAlpha = strong ? (shown ? (chosen ? 0.85 : palette.quietAlpha) : 1) : palette.quietAlpha
      ctx.lineWidth = line.width * scale * (strong && chosen ? 1.25 : 1)
      ctx.beginPath()
      for (const edge of edges) {
        const [a, b] = [picture.place(edge.a), picture.place(edge.b)]
        if (a && b && near(edge) === strong) trace(ctx, a, b)
      }
      ctx.stroke()
    }
  }
  ctx.globalAlpha = 1
  ctx.setLineDash([])
}

/** The selected link lies on a band of its own. */
function paintChosen(ctx: DrawingContext, picture: Picture): void {
  const edge = picture.scene.edges.find(e => isChosen(picture, e))
  const [a, b] = [edge && picture.place(edge.a), edge && picture.place(edge.b)]
  if (!a || !b) return
  ctx.strokeStyle = picture.palette.focus
  ctx.setLineDash([])
  ctx.lineCap = 'butt'
  for (const side of [-5, 5]) {
    const length = Math.max(1, Math.hypot(b.x - a.x, b.y - a.y))
    const [ox, oy] = [(-(b.y - a.y) / length) * side, ((b.x - a.x) / length) * side]
    ctx.lineWidth = 1.5
    ctx.beginPath()
    trace(ctx, { x: a.x + ox, y: a.y + oy }, { x: b.x + ox, y: b.y + oy })
    ctx.stroke()
  }
}

/** Published outside of the mesh: an arrow of dashes and dots, beside whatever line there is. */
export function paintFanout(ctx: DrawingContext, { fanout, palette, place, radius }: Picture): void {
  ctx.strokeStyle = ctx.fillStyle = palette.mesh
  ctx.lineWidth = Math.min(2, Math.max(1, radius / 8))
  for (const edge of fanout) {
    const [a, b] = [place(edge.from), place(edge.to)]
    if (!a || !b) continue
    const length = Math.max(1, Math.hypot(b.x - a.x, b.y - a.y))
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length]
    const off = 4
    const from = { x: a.x + ux * radius - uy * off, y: a.y + uy * radius + ux * off }
    const to = { x: b.x - ux * (radius + 3) - uy * off, y: b.y - uy * (radius + 3) + ux * off }
    ctx.setLineDash([9, 3, 2, 3])
    ctx.beginPath()
    trace(ctx, from, to)
    ctx.stroke()
    ctx.setLineDash([])
    ctx.beginPath()
    for (const side of [1, -1]) {
      ctx.moveTo(to.x, to.y)
      ctx.lineTo(to.x - ux * 8 - side * uy * 4, to.y - uy * 8 + side * ux * 4)
    }
    ctx.stroke()
  }
}

/** A node has just learned of another: a short dotted line, before there is any connection. */
export function paintFlashes(ctx: DrawingContext, picture: Picture): void {
  ctx.strokeStyle = picture.palette.quiet
  ctx.lineWidth = 1
  ctx.setLineDash([1, 5])
  for (const { from, to, strength } of picture.flashes) {
    const [a, b] = [picture.place(from), picture.place(to)]
    if (!a || !b) continue
    ctx.globalAlpha = 0.7 * strength
    ctx.beginPath()
    trace(ctx, a, b)
    ctx.stroke()
  }
  ctx.globalAlpha = 1
  ctx.setLineDash([])
}

function trace(ctx: DrawingContext, a: Point, b: Point): void {
  ctx.moveTo(a.x, a.y)
  ctx.lineTo(b.x, b.y)
}
