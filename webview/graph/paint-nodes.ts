/** Draws nodes. Each state has a shape or a mark of its own, so that nothing depends on telling colours apart. */
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Point } from '../layout/seed.ts'
import type { Picture } from './picture.ts'
import { LEADER_SIGN } from '../panes/words.ts'
import { groupSigns, hasEnded, type Mark, type SceneNode } from './scene.ts'

export function paintNodes(ctx: DrawingContext, picture: Picture): void {
  const { shown, palette, radius, selected } = picture
  const holders = new Set<string>()
  if (shown?.tree.root !== undefined) holders.add(shown.tree.root)
  for (const hop of shown?.tree.hops ?? []) if (shown && hop.endMs <= shown.cursorMs) holders.add(hop.to)
  const signs = groupSigns(picture.scene.groups)
  // Ended nodes lie below the living.
  const order = [...picture.scene.nodes].sort((a, b) => Number(hasEnded(b.mark)) - Number(hasEnded(a.mark)))
  for (const node of order) {
    const at = picture.place(node.name)
    if (!at) continue
    const has = holders.has(node.name) && !hasEnded(node.mark)
    if (node.hostile && !hasEnded(node.mark)) paintSpikes(ctx, picture, at)
    paintBody(ctx, picture, node.mark, at, has)
    ctx.globalAlpha = 1
    paintLabel(ctx, picture, node, at, has)
    if (node.name === shown?.tree.root) ring(ctx, at, radius + 4, palette.hop, 2)
    if (node.name === selected)
      ring(ctx, at, radius + (node.name === shown?.tree.root ? 8 : 5), palette.focus, 2.5)
    if (picture.pinned.has(node.name)) paintPin(ctx, picture, at)
    if (node.group !== undefined) paintSign(ctx, picture, at, signs[node.group]!, -1)
    if (node.leads !== undefined) paintSign(ctx, picture, at, `${LEADER_SIGN} ${node.leads}`, 1)
  }
}

function paintBody(ctx: DrawingContext, picture: Picture, mark: Mark, at: Point, has: boolean): void {
  const { palette, radius } = picture
  outline(ctx, mark, at, radius)
  const filled = mark === 'listening' || mark === 'foreign'
  ctx.fillStyle = has ? palette.holder : filled ? palette.node : palette.background
  ctx.fill()
  if (hasEnded(mark)) ctx.globalAlpha = palette.fadedAlpha
  ctx.lineWidth = 1.5
  ctx.setLineDash(mark === 'starting' ? [3, 3] : mark === 'stopping' ? [8, 4] : [])
  ctx.strokeStyle =
    mark === 'killed' || mark === 'crashed' ? palette.bad : has ? palette.hop : palette.nodeBorder
  ctx.stroke()
  ctx.setLineDash([])
  if (mark === 'killed') paintCross(ctx, at, radius)
  if (mark === 'paused') {
    if (has) ctx.strokeStyle = palette.holderInk
    paintBars(ctx, at, radius)
  }
}

/** Circle for what runs (with two bars while it is paused), rounded square for stopped, circle with a cross for killed, triangle for crashed, diamond for foreign. */
function outline(ctx: DrawingContext, mark: Mark, { x, y }: Point, r: number): void {
  ctx.beginPath()
  if (mark === 'stopped') ctx.roundRect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7, r * 0.3)
  else if (mark === 'crashed') polygon(ctx, x, y + r * 0.15, r * 1.25, 3, -Math.PI / 2)
  else if (mark === 'foreign') polygon(ctx, x, y, r * 1.15, 4, 0)
  else ctx.arc(x, y, r, 0, 2 * Math.PI)
}

function polygon(ctx: DrawingContext, x: number, y: number, r: number, corners: number, turn: number): void {
  for (let i = 0; i < corners; i++) {
    const angle = turn + (i * 2 * Math.PI) / corners
    ctx.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle))
  }
  ctx.closePath()
}

const SPIKES = 9

/** A hostile node has spikes around whatever it is otherwise. */
function paintSpikes(ctx: DrawingContext, { palette, radius }: Picture, { x, y }: Point): void {
  ctx.beginPath()
  for (let i = 0; i < 2 * SPIKES; i++) {
    const r = i % 2 === 0 ? radius * 1.5 + 2 : radius * 1.02
    const angle = (i * Math.PI) / SPIKES - Math.PI / 2
    ctx.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle))
  }
  ctx.closePath()
  ctx.fillStyle = palette.background
  ctx.fill()
  ctx.strokeStyle = palette.bad
  ctx.lineWidth = 1.5
  ctx.lineJoin = 'miter'
  ctx.stroke()
}

/** Above the node: at its left the sign of its group while the network is split, at its right that it leads, and in which term. */
function paintSign(
  ctx: DrawingContext,
  { palette, radius }: Picture,
  { x, y }: Point,
  sign: string,
  side: -1 | 1,
): void {
  if (radius < 7) return
  ctx.font = `700 10px ${palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.lineWidth = 3.5
  ctx.lineJoin = 'round'
  ctx.strokeStyle = palette.background
  const [sx, sy] = [x + side * radius * 0.88, y - radius * 0.88]
  ctx.strokeText(sign, sx, sy)
  ctx.fillStyle = palette.ink
  ctx.fillText(sign, sx, sy)
}

/** The sign of a pause, as on a player. */
function paintBars(ctx: DrawingContext, { x, y }: Point, radius: number): void {
  const [dx, dy] = [radius * 0.25, radius * 0.45]
  ctx.beginPath()
  for (const side of [-dx, dx]) {
    ctx.moveTo(x + side, y - dy)
    ctx.lineTo(x + side, y + dy)
  }
  ctx.lineWidth = Math.max(2, radius * 0.2)
  ctx.stroke()
}

function paintCross(ctx: DrawingContext, { x, y }: Point, radius: number): void {
  const r = radius * 0.68
  ctx.beginPath()
  ctx.moveTo(x - r, y - r)
  ctx.lineTo(x + r, y + r)
  ctx.moveTo(x + r, y - r)
  ctx.lineTo(x - r, y + r)
  ctx.stroke()
}

/** Inside where the shape has room for it, below where a mark is in the way, not at all where it could not be read. */
function paintLabel(ctx: DrawingContext, picture: Picture, node: SceneNode, at: Point, has: boolean): void {
  const { palette, radius } = picture
  const wanted = node.name === picture.selected || node.name === picture.hovered
  const below =
    node.mark === 'killed' || node.mark === 'paused' || node.mark === 'crashed' || node.mark === 'foreign'
  if (radius < 9 && !wanted) return
  const inside = !below && radius >= 9
  ctx.font = `${inside ? 600 : 400} ${inside ? Math.min(12, Math.max(8.5, radius * 0.72)) : 11}px ${palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  if (inside) {
    ctx.fillStyle = has ? palette.holderInk : node.mark === 'listening' ? palette.nodeInk : palette.ink
    ctx.fillText(node.name, at.x, at.y + 0.5)
    return
  }
  if (node.mark === 'crashed' && radius >= 9) {
    ctx.fillStyle = palette.ink
    ctx.fillText('!', at.x, at.y + radius * 0.2)
  }
  ctx.lineWidth = 3
  ctx.lineJoin = 'round'
  ctx.strokeStyle = palette.background
  const under = at.y + radius + (node.name === picture.selected ? 15 : 10)
  ctx.strokeText(node.name, at.x, under)
  ctx.fillStyle = hasEnded(node.mark) ? palette.quiet : palette.ink
  ctx.fillText(node.name, at.x, under)
}

function paintPin(ctx: DrawingContext, { palette, radius }: Picture, { x, y }: Point): void {
  ctx.beginPath()
  ctx.arc(x + radius * 0.75, y - radius * 0.75, Math.max(2.5, radius * 0.22), 0, 2 * Math.PI)
  ctx.fillStyle = palette.ink
  ctx.fill()
  ctx.strokeStyle = palette.background
  ctx.lineWidth = 1.5
  ctx.stroke()
}

function ring(ctx: DrawingContext, { x, y }: Point, r: number, color: string, width: number): void {
  ctx.beginPath()
  ctx.arc(x, y, r, 0, 2 * Math.PI)
  ctx.strokeStyle = color
  ctx.lineWidth = width
  ctx.stroke()
}
