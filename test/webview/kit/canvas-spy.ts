/**
 * Sees what is drawn on the canvas, without the view's help: in every frame the names that were written, and the lines
 * that were drawn in the colour of hops.
 */
import type { Page } from 'playwright-core'

interface Point {
  x: number
  y: number
}
interface Frame {
  names: Record<string, Point>
  lines: { from: Point; to: Point }[]
}

/** Goes into the page before its script. */
export function spyOnCanvas(): void {
  const frames: Frame[] = [{ names: {}, lines: [] }]
  const drawn = { frames, count: 0 }
  Object.assign(window, { drawn })
  const proto = CanvasRenderingContext2D.prototype
  const { clearRect, fillText, beginPath, moveTo, lineTo } = proto
  const stroke = proto.stroke as (this: CanvasRenderingContext2D) => void
  let path: Point[] = []
  Object.assign(proto, {
    clearRect(this: CanvasRenderingContext2D, ...args: [number, number, number, number]) {
      drawn.count++
      // Of the frames without hops only the latest is of interest.
      if (frames.at(-1)!.lines.length === 0) frames.pop()
      frames.push({ names: {}, lines: [] })
      clearRect.apply(this, args)
    },
    fillText(this: CanvasRenderingContext2D, text: string, x: number, y: number) {
      frames.at(-1)!.names[text] = { x, y }
      fillText.call(this, text, x, y)
    },
    beginPath(this: CanvasRenderingContext2D) {
      path = []
      beginPath.call(this)
    },
    moveTo(this: CanvasRenderingContext2D, x: number, y: number) {
      path = [{ x, y }]
      moveTo.call(this, x, y)
    },
    lineTo(this: CanvasRenderingContext2D, x: number, y: number) {
      path.push({ x, y })
      lineTo.call(this, x, y)
    },
    stroke(this: CanvasRenderingContext2D) {
      const hop = getComputedStyle(document.body).getPropertyValue('--p2p-hop').trim()
      if (this.strokeStyle === hop && path.length === 2)
        frames.at(-1)!.lines.push({ from: path[0]!, to: path[1]! })
      stroke.call(this)
    },
  })
}

const framesOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { drawn: { frames: Frame[] } }).drawn.frames)

/** How often the canvas was cleared and drawn anew. */
export const framesDrawn = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { drawn: { count: number } }).drawn.count)

export interface DrawnHops {
  /** From one node all the way to another, "n1 n4", in the order in which that was first so. */
  order: string[]
  /** How many frames brought a hop to its end: one, where all were there at once. */
  steps: number
  /** How many frames had a hop on its way, with its end between two nodes. */
  moving: number
}

export async function hopsDrawn(page: Page): Promise<DrawnHops> {
  const whole = new Set<string>()
  let [steps, moving] = [0, 0]
  for (const frame of await framesOf(page)) {
    const before = whole.size
    let open = false
    for (const line of frame.lines) {
      const [from, to] = [nearest(frame, line.from), nearest(frame, line.to)]
      // A line under way ends in the open, or at the rim of the node that it leaves.
      if (from && to && from !== to) whole.add(`${from} ${to}`)
      else open = true
    }
    if (whole.size > before) steps++
    if (open) moving++
  }
  return { order: [...whole], steps, moving }
}

/** The node at whose rim a point is. */
function nearest(frame: Frame, p: Point): string | undefined {
  const rim = 24
  const near = Object.entries(frame.names)
    .filter(([name]) => /^n\d+$/.test(name))
    .map(([name, at]) => ({ name, distance: Math.hypot(at.x - p.x, at.y - p.y) }))
    .filter(n => n.distance <= rim)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.name
}
