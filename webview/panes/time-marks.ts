/** The marks over the time slider. A picture only: Previous Mark and Next Mark go to them, and the bar says what they are. */
import type { Palette } from '../graph/palette.ts'
import { h } from '../dom.ts'
import { asPartOf } from '../failure.ts'
import type { Mark, MarkKind } from '../time/marks.ts'

const HEIGHT = 11
/** The middle of the slider's thumb is this far from the slider's end, when it is there. */
const THUMB = 8
/** How near to a mark the pointer has to be, in pixels. */
const REACH = 6

export interface TimeMarks {
  readonly element: HTMLElement
  /** The time from `from` to `to` is as wide as the slider. */
  update(marks: readonly Mark[], from: number, to: number): void
}

export function createTimeMarks(options: {
  palette(): Palette
  /** What a mark says. */
  describe(mark: Mark): string
  onChoose(mark: Mark): void
}): TimeMarks {
  const canvas = h('canvas', { class: 'time-marks', 'aria-hidden': 'true' })
  let shown: readonly Mark[] = []
  let place = (_at: number) => 0
  let range = { from: 0, to: 0 }

  const draw = () => {
    const width = canvas.clientWidth
    if (width === 0) return
    const ratio = devicePixelRatio || 1
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(HEIGHT * ratio)
    const length = Math.max(1, range.to - range.from)
    place = at => THUMB + ((at - range.from) / length) * (width - 2 * THUMB)
    const ctx = canvas.getContext('2d')!
    ctx.scale(ratio, ratio)
    ctx.lineWidth = 1.5
    // Of marks of one kind at one pixel one is enough.
    const drawn = new Set<string>()
    for (const { kind, at } of shown) {
      const x = Math.round(place(at))
      if (drawn.has(`${kind} ${x}`)) continue
      drawn.add(`${kind} ${x}`)
      paint(ctx, kind, x, options.palette())
    }
  }
  const markAt = (event: MouseEvent): Mark | undefined => {
    const x = event.clientX - canvas.getBoundingClientRect().left
    const distance = (mark: Mark) => Math.abs(place(mark.at) - x)
    const near = shown.filter(mark => distance(mark) <= REACH)
    return near.reduce<Mark | undefined>(
      (best, mark) => (best && distance(best) <= distance(mark) ? best : mark),
      undefined,
    )
  }
  canvas.addEventListener('pointermove', event => {
    const mark = markAt(event)
    canvas.classList.toggle('over-mark', mark !== undefined)
    canvas.title = mark ? options.describe(mark) : ''
  })
  canvas.addEventListener('click', event => {
    const mark = markAt(event)
    if (mark) options.onChoose(mark)
  })
  new ResizeObserver(() => asPartOf(canvas, draw)).observe(canvas)
  return {
    element: canvas,
    update(marks, from, to) {
      shown = marks
      range = { from, to }
      draw()
    },
  }
}

/** Each kind has a shape of its own. */
function paint(ctx: CanvasRenderingContext2D, kind: MarkKind, x: number, palette: Palette): void {
  const [top, bottom, middle] = [1.5, HEIGHT - 1.5, HEIGHT / 2]
  const lines = (color: string, ...points: [number, number, number, number][]) => {
    ctx.strokeStyle = color
    ctx.beginPath()
    for (const [x1, y1, x2, y2] of points) {
      ctx.moveTo(x + x1, y1)
      ctx.lineTo(x + x2, y2)
    }
    ctx.stroke()
  }
  switch (kind) {
    case 'broadcast':
      ctx.fillStyle = palette.mesh
      ctx.beginPath()
      ctx.arc(x, middle, 2.5, 0, 2 * Math.PI)
      return ctx.fill()
    case 'kill':
      return lines(palette.bad, [-3, middle - 3, 3, middle + 3], [3, middle - 3, -3, middle + 3])
    case 'split':
      return lines(palette.hop, [-2, top, -2, bottom], [2, top, 2, bottom])
    case 'heal':
      return lines(palette.hop, [-2, top, -2, bottom], [2, top, 2, bottom], [-2, middle, 2, middle])
    case 'note':
      ctx.fillStyle = palette.ink
      ctx.beginPath()
      ctx.moveTo(x - 4, top)
      ctx.lineTo(x + 4, top)
      ctx.lineTo(x, bottom)
      return ctx.fill()
  }
}
