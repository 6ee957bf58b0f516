/**
 * Where the nodes of a network go whose plan has a shape: a ring is a circle, a tree has levels. Forces would pull such a network
 * into a knot, because nothing in its links says how it was meant. Pure.
 */
import type { Plan } from '../../network/events.ts'
import type { Point } from './seed.ts'

export interface Shape {
  plan: Plan
  /** The nodes that the plan was made for: its rows have a length by that. Others came later. */
  requested: number
}

/** Between two nodes that are linked, in the units of the layout. */
const STEP = 92
/** Leaves of a tree and rays of a star are not linked to each other. */
const CLOSE = 66
/** A longer line is folded, so that its nodes are not drawn as dots. */
const STRAIGHT = 14

/** The places of nodes 0 to count - 1, around (0, 0); undefined where the plan has no shape. `aspect` is width by height. */
export function shapePlaces({ plan, requested }: Shape, count: number, aspect: number): Point[] | undefined {
  switch (plan) {
    case 'ring':
    case 'full':
      return circle(count, STEP)
    case 'star':
      return [{ x: 0, y: 0 }, ...circle(count - 1, CLOSE)].slice(0, count)
    case 'line':
      return centred(line(count, aspect))
    case 'grid':
      return centred(rows(count, Math.ceil(Math.sqrt(Math.max(1, requested)))))
    case 'tree':
      return centred(tree(count, aspect))
    case 'random':
    case 'file':
      return undefined
  }
}

/** Clockwise from the top. */
function circle(count: number, apart: number): Point[] {
  const radius = Math.max(STEP, (apart * count) / (2 * Math.PI))
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) }
  })
}

/** Along the longer side of the picture; there and back where it is long. */
function line(count: number, aspect: number): Point[] {
  const long = Math.max(aspect, 1 / aspect)
  const length = count <= STRAIGHT ? count : Math.ceil(Math.sqrt(count * long))
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(i / length)
    const along = row % 2 === 0 ? i % length : length - 1 - (i % length)
    const [x, y] = [along * STEP, row * STEP]
    return aspect >= 1 ? { x, y } : { x: y, y: x }
  })
}

const rows = (count: number, width: number): Point[] =>
  Array.from({ length: count }, (_, i) => ({ x: (i % width) * STEP, y: Math.floor(i / width) * STEP }))

/** Numbered as a heap is: node i has the children 2i + 1 and 2i + 2. Each stands over the middle of its children. */
function tree(count: number, aspect: number): Point[] {
  const places: Point[] = []
  let leaves = 0
  let levels = 0
  const put = (i: number, level: number): number => {
    levels = Math.max(levels, level)
    const children = [2 * i + 1, 2 * i + 2].filter(child => child < count)
    const across = children.map(child => put(child, level + 1))
    const x = across.length === 0 ? leaves++ : (across[0]! + across.at(-1)!) / 2
    // An only child is a little to the left, or the line down would look like one of a list.
    places[i] = { x: across.length === 1 ? x + 0.25 : x, y: level }
    return places[i].x
  }
  if (count > 0) put(0, 0)
  const width = leaves * CLOSE
  const down = Math.max(STEP, width / aspect / Math.max(1, levels + 1))
  return places.map(({ x, y }) => ({ x: x * CLOSE, y: y * down }))
}

/** Moved so that the middle of all is at (0, 0). */
function centred(points: readonly Point[]): Point[] {
  const middle = (of: (p: Point) => number) => {
    const values = points.map(of)
    return values.length === 0 ? 0 : (Math.min(...values) + Math.max(...values)) / 2
  }
  const [dx, dy] = [middle(p => p.x), middle(p => p.y)]
  return points.map(({ x, y }) => ({ x: x - dx, y: y - dy }))
}
