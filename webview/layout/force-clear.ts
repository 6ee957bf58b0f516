/**
 * Keeps nodes off the links of others: a line that runs behind a node looks as if it ended there. A force as d3-force has
 * them: called once a tick with how much nodes may still move.
 */
interface Body {
  x: number
  y: number
  vx?: number | undefined
  vy?: number | undefined
}

/** How far a node stays from a link, in the units of the layout. */
const CLEARANCE = 34
/** Every node is held against every link: with more than this many pairs the picture is too dense for it to help. */
const MOST_PAIRS = 4_000

export function forceClear(bodies: readonly Body[], links: readonly { a: number; b: number }[]) {
  const worthwhile = bodies.length * links.length <= MOST_PAIRS
  return (alpha: number) => {
    if (!worthwhile) return
    for (const link of links) {
      const [a, b] = [bodies[link.a]!, bodies[link.b]!]
      const [dx, dy] = [b.x - a.x, b.y - a.y]
      const length = Math.hypot(dx, dy)
      if (length < 1) continue
      for (const c of bodies) {
        if (c === a || c === b) continue
        const along = ((c.x - a.x) * dx + (c.y - a.y) * dy) / (length * length)
        if (along < 0.08 || along > 0.92) continue
        /** Distance to the link, with the side of it as its sign. */
        const off = ((c.x - a.x) * -dy + (c.y - a.y) * dx) / length
        if (Math.abs(off) >= CLEARANCE) continue
        const push = (CLEARANCE - Math.abs(off)) * (off < 0 ? -1 : 1) * 0.5 * alpha
        const [px, py] = [(-dy / length) * push, (dx / length) * push]
        shift(c, px, py)
        shift(a, -px / 3, -py / 3)
        shift(b, -px / 3, -py / 3)
      }
    }
  }
}

function shift(body: Body, x: number, y: number): void {
  body.vx = (body.vx ?? 0) + x
  body.vy = (body.vy ?? 0) + y
}
