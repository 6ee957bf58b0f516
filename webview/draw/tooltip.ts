/** Puts a tooltip beside the pointer, or beside something round that it is about, and inside of the picture. */
import type { Size } from '../graph/camera.ts'
import type { Point } from '../layout/seed.ts'

export function place(tooltip: HTMLElement, at: Point, size: Size, radius = 0): void {
  const left = Math.min(at.x + 14, size.width - tooltip.offsetWidth - 6)
  const below = at.y + Math.max(18, radius + 6)
  const above = at.y - Math.max(12, radius + 6) - tooltip.offsetHeight
  const top = below + tooltip.offsetHeight > size.height && above >= 0 ? above : below
  tooltip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`
}
