/** Puts a tooltip beside the pointer, and inside of the picture. */
import type { Size } from '../graph/camera.ts'
import type { Point } from '../layout/seed.ts'

export function place(tooltip: HTMLElement, at: Point, size: Size): void {
  const left = Math.min(at.x + 14, size.width - tooltip.offsetWidth - 6)
  const below = at.y + 18
  const top = below + tooltip.offsetHeight > size.height ? at.y - 12 - tooltip.offsetHeight : below
  tooltip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`
}
