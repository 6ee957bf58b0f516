/** What the mouse, a pen or a finger does on the diagram: hover, click, drag, and the wheel, with the area it is in. */
export type Area = 'lanes' | 'names' | 'times'

/** Less than this, in pixels, is a click with an unsteady hand and not a drag. */
const DRAG_FROM = 4

export interface DragActions {
  area(x: number, y: number): Area
  hover(x: number, y: number, area: Area | undefined): void
  click(x: number, y: number, area: Area): void
  /** The pointer is at `x` and has moved by `dx` and `dy`; it was pressed in `area`. */
  drag(x: number, dx: number, dy: number, area: Area): void
  /** In pixels. `fine`: from a pinch, or with Ctrl. */
  wheel(x: number, dx: number, dy: number, area: Area, fine: boolean): void
}

export function followDrag(canvas: HTMLCanvasElement, actions: DragActions): void {
  let pressed: { area: Area; x0: number; y0: number; x: number; y: number; dragging: boolean } | undefined
  const pointOf = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0) return
    const { x, y } = pointOf(event)
    pressed = { area: actions.area(x, y), x0: x, y0: y, x, y, dragging: false }
    canvas.setPointerCapture(event.pointerId)
  })
  canvas.addEventListener('pointermove', event => {
    const { x, y } = pointOf(event)
    if (!pressed) return actions.hover(x, y, actions.area(x, y))
    pressed.dragging ||= Math.hypot(x - pressed.x0, y - pressed.y0) >= DRAG_FROM
    if (!pressed.dragging) return
    canvas.classList.add('dragging')
    actions.hover(x, y, undefined)
    actions.drag(x, x - pressed.x, y - pressed.y, pressed.area)
    Object.assign(pressed, { x, y })
  })
  const release = (clicked: boolean) => {
    if (clicked && pressed && !pressed.dragging) actions.click(pressed.x0, pressed.y0, pressed.area)
    pressed = undefined
    canvas.classList.remove('dragging')
  }
  canvas.addEventListener('pointerup', () => release(true))
  canvas.addEventListener('pointercancel', () => release(false))
  canvas.addEventListener('pointerleave', () => actions.hover(0, 0, undefined))
  canvas.addEventListener(
    'wheel',
    event => {
      event.preventDefault()
      const { x, y } = pointOf(event)
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const sideways = event.shiftKey && event.deltaX === 0
      const [dx, dy] = sideways ? [event.deltaY, 0] : [event.deltaX, event.deltaY]
      const mostly = Math.abs(dx) > Math.abs(dy) ? ([dx, 0] as const) : ([0, dy] as const)
      actions.wheel(x, mostly[0] * scale, mostly[1] * scale, actions.area(x, y), event.ctrlKey)
    },
    { passive: false },
  )
}
