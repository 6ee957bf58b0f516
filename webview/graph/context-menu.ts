/**
 * Says on the canvas what VS Code's context menu is about, before VS Code reads it. From the keyboard the menu is about what is
 * selected, and comes up there.
 */
import type { Point } from '../layout/seed.ts'
import type { MenuContext } from './menu-context.ts'

export type Under = { node: string } | { a: string; b: string } | undefined

export interface ContextMenuOptions {
  /** What is at a point of the canvas. */
  under(at: Point): Under
  selected(): Under
  /** Where that is on the canvas. */
  place(what: Under): Point
  context(what: Under): MenuContext
  onOpen(what: Under): void
}

export function followContextMenu(canvas: HTMLCanvasElement, options: ContextMenuOptions): void {
  let fromKeyboard = false
  canvas.addEventListener('keydown', event => {
    fromKeyboard = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)
  })
  canvas.addEventListener('pointerdown', () => (fromKeyboard = false))
  canvas.addEventListener('contextmenu', event => {
    const box = canvas.getBoundingClientRect()
    const what = fromKeyboard
      ? options.selected()
      : options.under({ x: event.clientX - box.left, y: event.clientY - box.top })
    canvas.dataset['vscodeContext'] = JSON.stringify(options.context(what))
    options.onOpen(what)
    if (!fromKeyboard) return
    // The browser puts it at a corner of the canvas.
    fromKeyboard = false
    event.preventDefault()
    event.stopImmediatePropagation()
    const { x, y } = options.place(what)
    const there = { clientX: box.left + x, clientY: box.top + y }
    canvas.dispatchEvent(
      new MouseEvent('contextmenu', { bubbles: true, cancelable: true, composed: true, ...there }),
    )
  })
}
