/** Draws the groups of a split network: a line around each, of its own dashes, with the group's name. */
import type { DrawingContext } from '../draw/drawing-context.ts'
import type { Point } from '../layout/seed.ts'
import { plural } from '../format.ts'
import type { Picture } from './picture.ts'
import { hasEnded } from './scene.ts'

/** Around the outermost nodes, in pixels. */
const AROUND = 12
/** A circle is followed in so many steps. */
const STEPS = 16
const DASHES: readonly (readonly number[])[] = [[], [12, 5], [2, 4], [12, 4, 2, 4]]
const LONGEST_NAME = 24

/** The dashes of a group, by its index: the graph and the space-time diagram tell groups apart by them. */
export const groupDash = (index: number): number[] => [...DASHES[index % DASHES.length]!]

const shortName = (name: string): string => {
  const letters = [...name]
  return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : name
}

export function paintGroups(ctx: DrawingContext, { scene, place, radius, palette }: Picture): void {
  scene.groups.forEach(({ name }, index) => {
    const members = scene.nodes.filter(n => n.group === index && !hasEnded(n.mark))
    const points = members.flatMap(n => place(n.name) ?? [])
    if (points.length === 0) return
    const outline = hull(points.flatMap(p => circle(p, radius + AROUND)))
    ctx.beginPath()
    for (const { x, y } of outline) ctx.lineTo(x, y)
    ctx.closePath()
    ctx.globalAlpha = 1
    ctx.strokeStyle = palette.quiet
    ctx.lineWidth = 1.5
    ctx.setLineDash(groupDash(index))
    ctx.stroke()
    ctx.setLineDash([])
    const xs = outline.map(p => p.x)
    // In the middle, where it does not stick out of the picture.
    const top = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: Math.min(...outline.map(p => p.y)) }
    const text = `${shortName(name)} · ${plural(members.length, 'node')}`
    ctx.font = `600 12px ${palette.font}`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.lineWidth = 6
    ctx.lineJoin = 'round'
    ctx.strokeStyle = palette.background
    // On the line itself, as the title of a frame.
    ctx.strokeText(text, top.x, top.y)
    ctx.fillStyle = palette.ink
    ctx.fillText(text, top.x, top.y)
  })
}

const circle = ({ x, y }: Point, r: number): Point[] =>
  Array.from({ length: STEPS }, (_, i) => {
    const angle = (i / STEPS) * 2 * Math.PI
    return { x: x + r * Math.cos(angle), y: y + r * Math.sin(angle) }
  })

/** The corners of the convex hull, in order around it (Andrew's monotone chain). */
export function hull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  const turnsRight = (o: Point, a: Point, b: Point) =>
    (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x) <= 0
  const chain = (order: readonly Point[]) => {
    const corners: Point[] = []
    for (const p of order) {
      while (corners.length >= 2 && turnsRight(corners.at(-2)!, corners.at(-1)!, p)) corners.pop()
      corners.push(p)
    }
    return corners.slice(0, -1)
  }
  return sorted.length < 3 ? sorted : [...chain(sorted), ...chain(sorted.reverse())]
}
