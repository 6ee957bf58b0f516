/** Where the groups of a split network are drawn to: side by side along the longer side of the picture, so that they do not overlap. */
import type { Point } from './seed.ts'

/** The room of one node in a crowd, and between two groups, in the units of the layout. */
const NODE = 84
const BETWEEN = 70

/**
 * The middle of each group, by its index; groups are laid out in the order in which they lie already, so that nodes do not
 * have to pass each other. `group` is undefined for a body that is in none. `aspect` is width by height.
 */
export function groupAnchors(
  bodies: readonly (Point & { group?: number | undefined })[],
  aspect: number,
): Map<number, Point> {
  const axis = aspect >= 1 ? 'x' : 'y'
  const members = new Map<number, { sum: number; count: number }>()
  for (const body of bodies) {
    if (body.group === undefined) continue
    const { sum, count } = members.get(body.group) ?? { sum: 0, count: 0 }
    members.set(body.group, { sum: sum + body[axis], count: count + 1 })
  }
  const order = [...members].sort(([a, m], [b, n]) => m.sum / m.count - n.sum / n.count || a - b)
  const width = (count: number) => NODE * Math.sqrt(count)
  const whole = order.reduce((sum, [, { count }]) => sum + width(count) + BETWEEN, -BETWEEN)
  let at = -whole / 2
  return new Map(
    order.map(([group, { count }]) => {
      const middle = at + width(count) / 2
      at += width(count) + BETWEEN
      return [group, axis === 'x' ? { x: middle, y: 0 } : { x: 0, y: middle }]
    }),
  )
}
