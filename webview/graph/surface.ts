/** A canvas as large as its box, sharp on every display. */
import { h } from '../dom.ts'
import { asPartOf } from '../failure.ts'
import type { Size } from './camera.ts'

export interface Surface {
  canvas: HTMLCanvasElement
  /** In CSS pixels. */
  readonly size: Size
  /** Clears, and draws in CSS pixels. */
  draw(paint: (ctx: CanvasRenderingContext2D) => void): void
}

/** `name` is the canvas's class. `onResize` comes once at first, and then for every change of the box or of the display's pixel ratio. */
export function createSurface(box: HTMLElement, name: string, onResize: () => void): Surface {
  const canvas = h('canvas', { role: 'img', class: name })
  const ctx = canvas.getContext('2d')!
  let size: Size = { width: 1, height: 1 }
  let ratio = 1
  const measure = () => {
    const { clientWidth: width, clientHeight: height } = box
    // Hidden, as behind another tab: it keeps the size it had.
    if (width === 0 || height === 0) return
    ratio = window.devicePixelRatio || 1
    size = { width: Math.max(1, width), height: Math.max(1, height) }
    const [w, hgt] = [Math.round(size.width * ratio), Math.round(size.height * ratio)]
    if (canvas.width !== w) canvas.width = w
    if (canvas.height !== hgt) canvas.height = hgt
    asPartOf(box, onResize)
  }
  new ResizeObserver(measure).observe(box)
  const watchRatio = () => {
    matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        measure()
        watchRatio()
      },
      { once: true },
    )
  }
  watchRatio()
  box.append(canvas)
  return {
    canvas,
    get size() {
      return size
    },
    draw(paint) {
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
      ctx.clearRect(0, 0, size.width, size.height)
      paint(ctx)
    },
  }
}
