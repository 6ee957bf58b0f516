/** What the mouse, a pen or a finger does on the graph: hover, select, move a node, pan, zoom. */
import type { Point } from '../layout/seed.ts'

/** Less than this, in pixels, is a click with an unsteady hand and not a drag. */
const DRAG_FROM = 4

export interface PointerActions {
  /** The node under a point of the canvas. */
  nodeAt(at: Point): string | undefined
  /** Without `at` the pointer is not over the picture, or does something else. */
  hover(node: string | undefined, at?: Point): void
  select(node: string | undefined, at: Point): void
  moveNode(node: string, to: Point): void
  releaseNode(node: string): void
  pan(dx: number, dy: number): void
  zoom(at: Point, factor: number): void
}

export function followPointer(canvas: HTMLCanvasElement, actions: PointerActions): void {
  let pressed: { node: string | undefined; start: Point; last: Point; dragging: boolean } | undefined
  const pointOf = (event: MouseEvent): Point => {
    const box = canvas.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    const at = pointOf(event)
    pressed = { node: actions.nodeAt(at), start: at, last: at, dragging: false }
    canvas.setPointerCapture(event.pointerId)
  })
  canvas.addEventListener('pointermove', event => {
    const at = pointOf(event)
    if (!pressed) {
      actions.hover(actions.nodeAt(at), at)
      return
    }
    pressed.dragging ||= Math.hypot(at.x - pressed.start.x, at.y - pressed.start.y) >= DRAG_FROM
    if (!pressed.dragging) return
    canvas.classList.add('dragging')
    actions.hover(undefined)
    if (pressed.node !== undefined) actions.moveNode(pressed.node, at)
    else actions.pan(at.x - pressed.last.x, at.y - pressed.last.y)
    pressed.last = at
  })
  const release = (clicked: boolean) => {
    if (clicked && pressed && !pressed.dragging) actions.select(pressed.node, pressed.start)
    pressed = undefined
    canvas.classList.remove('dragging')
  }
  canvas.addEventListener('pointerup', () => release(true))
  canvas.addEventListener('pointercancel', () => release(false))
  canvas.addEventListener('pointerleave', () => actions.hover(undefined))
  canvas.addEventListener('dblclick', event => {
    const node = actions.nodeAt(pointOf(event))
    if (node !== undefined) actions.releaseNode(node)
  })
  canvas.addEventListener(
    'wheel',
    event => {
      event.preventDefault()
      // Lines instead of pixels, as some mice and browsers count.
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY
      actions.zoom(pointOf(event), Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0015)))
    },
    { passive: false },
  )
}
