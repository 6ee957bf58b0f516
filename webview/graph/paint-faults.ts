/**
 * Draws what is done to links on purpose: one that a split has cut has a gap with two strokes in its middle, one with a fault a zigzag
 * and, where there is room, its figures.
 */
import type { DrawingContext } from '../draw/drawing-context.ts'
import { faultFigures } from '../panes/fault-words.ts'
import type { Picture } from './picture.ts'
import type { Edge } from './scene.ts'

/** With more faulty links than this, their figures would hide the picture. */
const MOST_FIGURES = 12
/** Smaller nodes than this, in pixels, are seen from far away: figures could not be told apart. */
const FIGURES_FROM = 9
/** A zigzag is so far along its link, where no number of a hop stands, and it has so many corners. */
const ALONG = 0.3
const TEETH = 6

/** A place on a link, and the direction of the link there. */
interface Spot {
  x: number
  y: number
  ux: number
  uy: number
}

/** Whether it is the link that is selected. */
export const isChosen = ({ link }: Pick<Picture, 'link'>, { a, b }: Pick<Edge, 'a' | 'b'>): boolean =>
  link !== undefined && ((link.a === a && link.b === b) || (link.a === b && link.b === a))

const scaleOf = ({ radius }: Picture) => Math.min(1, Math.max(0.5, radius / 14))

/** Where a link is cut. All in two paths: of hundreds of links in a frame each would be too much. */
export function paintCuts(ctx: DrawingContext, picture: Picture): void {
  const scale = scaleOf(picture)
  const [half, reach] = [3.5 * scale, 5.5 * scale]
  const spots = picture.scene.edges.flatMap(e => (e.kind === 'cut' ? (spotOn(picture, e, 0.5) ?? []) : []))
  wipe(ctx, picture, spots, half)
  ctx.strokeStyle = picture.palette.ink
  ctx.lineWidth = 1.5 * scale
  ctx.beginPath()
  for (const { x, y, ux, uy } of spots)
    for (const side of [-half, half]) {
      const [cx, cy] = [x + side * ux, y + side * uy]
      // Leaning, as a break is drawn on a plan.
      const [lx, ly] = [-uy * reach + ux * 2 * scale, ux * reach + uy * 2 * scale]
      ctx.moveTo(cx + lx, cy + ly)
      ctx.lineTo(cx - lx, cy - ly)
    }
  ctx.stroke()
}

/** The zigzags of links with faults. They lie over the messages, which go through them. */
export function paintZigzags(ctx: DrawingContext, picture: Picture): void {
  const scale = scaleOf(picture)
  const [half, swing] = [12 * scale, 5.5 * scale]
  const spots = faultyOf(picture).flatMap(e => spotOn(picture, e, ALONG) ?? [])
  if (spots.length === 0) return
  wipe(ctx, picture, spots, half)
  ctx.strokeStyle = picture.palette.bad
  ctx.lineWidth = 2.25 * scale
  ctx.lineJoin = 'round'
  ctx.beginPath()
  for (const { x, y, ux, uy } of spots) {
    ctx.moveTo(x - ux * half, y - uy * half)
    for (let i = 1; i < TEETH; i++) {
      const along = half * ((2 * i) / TEETH - 1)
      const side = i % 2 === 0 ? -swing : swing
      ctx.lineTo(x + ux * along - uy * side, y + uy * along + ux * side)
    }
    ctx.lineTo(x + ux * half, y + uy * half)
  }
  ctx.stroke()
}

/** What is wrong with links, in figures beside their zigzags. Over everything else, to be read. */
export function paintFigures(ctx: DrawingContext, picture: Picture): void {
  const { palette, radius } = picture
  const faulty = faultyOf(picture)
  ctx.font = `600 11px ${palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  for (const edge of faulty) {
    if (!isChosen(picture, edge) && (faulty.length > MOST_FIGURES || radius < FIGURES_FROM)) continue
    const spot = spotOn(picture, edge, ALONG)
    if (!spot) continue
    const text = faultFigures(edge.faults!)
    // Further off where the link runs upright and the text would lie on it.
    const away = 14 + Math.abs(spot.uy) * Math.min(60, text.length * 2.7)
    const [x, y] = freer(picture, [
      [spot.x - spot.uy * away, spot.y + spot.ux * away],
      [spot.x + spot.uy * away, spot.y - spot.ux * away],
    ])
    ctx.lineWidth = 4
    ctx.strokeStyle = palette.background
    ctx.strokeText(text, x, y)
    ctx.fillStyle = palette.ink
    ctx.fillText(text, x, y)
  }
}

type Place = readonly [number, number]

/** Of two places the one that is further from the next node: figures hide no names. */
function freer({ scene, place }: Picture, [one, other]: readonly [Place, Place]): Place {
  const room = ([x, y]: Place) =>
    Math.min(
      ...scene.nodes.map(({ name }) => {
        const at = place(name)
        // A text is wider than high.
        return at ? Math.hypot((at.x - x) / 2, at.y - y) : Infinity
      }),
    )
  return room(one) >= room(other) ? one : other
}

const faultyOf = ({ scene }: Picture) => scene.edges.filter(e => e.faults !== undefined)

/** A part of the way from one end, but never under a node, and never beyond the middle. */
function spotOn({ place, radius }: Picture, { a, b }: Edge, part: number): Spot | undefined {
  const [p, q] = [place(a), place(b)]
  if (!p || !q) return undefined
  const length = Math.max(1, Math.hypot(q.x - p.x, q.y - p.y))
  const [ux, uy] = [(q.x - p.x) / length, (q.y - p.y) / length]
  const along = Math.min(length / 2, Math.max(length * part, radius + 16))
  return { x: p.x + ux * along, y: p.y + uy * along, ux, uy }
}

/** Wipes lines away, so far to both sides of each spot. */
function wipe(ctx: DrawingContext, { palette }: Picture, spots: readonly Spot[], half: number): void {
  ctx.strokeStyle = palette.background
  ctx.lineWidth = 6
  ctx.lineCap = 'butt'
  ctx.setLineDash([])
  ctx.beginPath()
  for (const { x, y, ux, uy } of spots) {
    ctx.moveTo(x - ux * half, y - uy * half)
    ctx.lineTo(x + ux * half, y + uy * half)
  }
  ctx.stroke()
}
