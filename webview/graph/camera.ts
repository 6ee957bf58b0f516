/**
 * From the layout's plane to the screen and back. `k` is the zoom; the camera looks at (x, y), which is in the middle.
 */
import type { Point } from '../layout/seed.ts'

export interface Camera {
  x: number
  y: number
  k: number
}
/** In CSS pixels. */
export interface Size {
  width: number
  height: number
}

const MIN_ZOOM = 0.1
const MAX_ZOOM = 4
/** A handful of nodes is not blown up to fill the picture. */
const MAX_FIT_ZOOM = 1.35

export const toScreen = (c: Camera, size: Size, p: Point): Point => ({
  x: (p.x - c.x) * c.k + size.width / 2,
  y: (p.y - c.y) * c.k + size.height / 2,
})

export const toPlane = (c: Camera, size: Size, p: Point): Point => ({
  x: (p.x - size.width / 2) / c.k + c.x,
  y: (p.y - size.height / 2) / c.k + c.y,
})

/** Room kept free at the sides of the picture, in pixels. */
export interface Insets {
  top: number
  side: number
  bottom: number
}

/** All points in sight, within `insets`. */
export function fit(points: Iterable<Point>, size: Size, insets: Insets): Camera {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of points) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (left > right) return { x: 0, y: 0, k: 1 }
  const k = Math.min(
    Math.max(1, size.width - 2 * insets.side) / Math.max(1, right - left),
    Math.max(1, size.height - insets.top - insets.bottom) / Math.max(1, bottom - top),
    MAX_FIT_ZOOM,
  )
  const zoom = Math.max(k, MIN_ZOOM)
  return { x: (left + right) / 2, y: (top + bottom - (insets.top - insets.bottom) / zoom) / 2, k: zoom }
}

/** Zooms by `factor` with the point under `at`, on the screen, staying where it is. */
export function zoomAt(c: Camera, size: Size, at: Point, factor: number): Camera {
  const k = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, c.k * factor))
  const under = toPlane(c, size, at)
  return {
    x: under.x - (at.x - size.width / 2) / k,
    y: under.y - (at.y - size.height / 2) / k,
    k,
  }
}

/** Moves the picture by screen pixels. */
export const panBy = (c: Camera, dx: number, dy: number): Camera => ({
  ...c,
  x: c.x - dx / c.k,
  y: c.y - dy / c.k,
})

/** How large a node is on the screen, in pixels: it shrinks with the zoom, but neither to nothing nor without end. */
export const nodeRadius = (c: Camera): number => Math.min(21, Math.max(4.5, 16 * c.k))
