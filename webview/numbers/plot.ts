/** One plot over time, with uPlot: colours of the theme, a line where the view looks, and a click that goes there. */
// Before uPlot, which cannot be imported otherwise.
import '../valid-language.ts'
import uPlot from 'uplot'
import { h, setAttribute, setText, svg } from '../dom.ts'
import { asPartOf } from '../failure.ts'
import type { Palette } from '../graph/palette.ts'

export interface Line {
  name: string
  color: 'mesh' | 'hop' | 'link'
  /** Told apart without colour: by the dashes of a line, or by the shape of points. */
  looks: 'line' | 'dashed' | 'dots' | 'rings'
}

export interface PlotOptions {
  title: string
  /** What it is, in a sentence for those who are new to it. */
  about: string
  unit: string
  lines: readonly Line[]
  palette(): Palette
  /** Seconds on the axis, where the view looks; undefined in the present. */
  cursor(): number | undefined
  onTime(seconds: number): void
}

export interface Plot {
  readonly element: HTMLElement
  /** `data` holds the times, in seconds, and then the values of each line. `now` says the same in words. */
  update(
    data: readonly (readonly (number | undefined)[])[],
    range: { min: number; max: number },
    now: string,
  ): void
  redraw(): void
}

const HEIGHT = 138
/** Plots below each other begin at the same place, as long as their labels are short. */
const MIN_AXIS = 48

export function createPlot(options: PlotOptions): Plot {
  const { palette } = options
  const box = h('div', { class: 'plot-box', role: 'img', 'aria-label': options.title })
  const words = h('p', { class: 'plot-now quiet' })
  const element = h(
    'figure',
    { class: 'plot' },
    h(
      'figcaption',
      { title: options.about },
      h('h3', {}, options.title),
      ...(options.lines.length > 1
        ? options.lines.map(line => h('span', { class: 'plot-key' }, sample(line), line.name))
        : []),
    ),
    box,
    words,
  )
  let range = { min: 0, max: 1 }
  const axis = (): uPlot.Axis => ({
    stroke: () => palette().quiet,
    font: `11px ${palette().font}`,
    grid: { stroke: () => faint(palette()), width: 1 },
    ticks: { show: false },
  })
  const plot = new uPlot(
    {
      width: 300,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [range.min, range.max] },
        y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(1, (max ?? 1) * 1.1)] },
      },
      axes: [
        { ...axis(), size: 24, gap: 3, values: (_, ticks) => ticks.map(t => `${round(t)} s`) },
        {
          ...axis(),
          size: widthOf,
          gap: 4,
          space: 26,
          values: (_, ticks) => ticks.map(t => `${round(t)}${options.unit}`),
        },
      ],
      series: [{}, ...options.lines.map(line => series(line, palette))],
      hooks: { draw: [paintMoment] },
    },
    [[]] as unknown as uPlot.AlignedData,
    box,
  )
  function paintMoment(u: uPlot): void {
    const at = options.cursor()
    if (at === undefined || at < range.min || at > range.max) return
    const x = u.valToPos(at, 'x', true)
    u.ctx.save()
    u.ctx.setLineDash([])
    u.ctx.strokeStyle = palette().hop
    u.ctx.lineWidth = 2 * devicePixelRatio
    u.ctx.beginPath()
    u.ctx.moveTo(x, u.bbox.top)
    u.ctx.lineTo(x, u.bbox.top + u.bbox.height)
    u.ctx.stroke()
    u.ctx.restore()
  }
  plot.over.addEventListener('click', event => {
    const box = plot.over.getBoundingClientRect()
    options.onTime(plot.posToVal(event.clientX - box.left, 'x'))
  })
  new ResizeObserver(() => {
    if (box.clientWidth > 0 && box.clientWidth !== plot.width)
      asPartOf(box, () => plot.setSize({ width: box.clientWidth, height: HEIGHT }))
  }).observe(box)

  return {
    element,
    update(data, nextRange, now) {
      range = nextRange
      plot.setData(data as unknown as uPlot.AlignedData)
      setText(words, now)
      setAttribute(box, 'aria-label', `${options.title} over time. ${options.about} ${now}`)
    },
    redraw: () => plot.redraw(false, true),
  }
}

/** Of the axis at the side: room for its longest label. Called again until the size stays as it is. */
function widthOf(u: uPlot, labels: string[] | null, which: number, cycle: number): number {
  const axis = u.axes[which] as uPlot.Axis & { _size: number; font: unknown[] }
  if (cycle > 1) return axis._size
  u.ctx.font = String(axis.font[0])
  const widest = Math.max(0, ...(labels ?? []).map(label => u.ctx.measureText(label).width))
  return Math.max(MIN_AXIS, Math.ceil(widest / devicePixelRatio) + 10)
}

const faint = ({ border, gridAlpha }: Palette) =>
  `color-mix(in srgb, ${border} ${100 * gridAlpha}%, transparent)`

function series(line: Line, palette: () => Palette): uPlot.Series {
  const stroke = () => palette()[line.color]
  const points = line.looks === 'dots' || line.looks === 'rings'
  return {
    label: line.name,
    stroke,
    width: points ? 1 : 1.75,
    ...(line.looks === 'dashed' ? { dash: [5, 4] } : {}),
    ...(points ? { paths: () => null } : {}),
    points: points
      ? {
          show: true,
          size: 6,
          width: 1.5,
          stroke,
          fill: () => (line.looks === 'dots' ? stroke() : palette().background),
        }
      : {
          // A line of one point is nothing.
          show: u => u.data[0].length === 1,
          size: 6,
          width: 1.5,
          stroke,
          fill: () => (line.looks === 'line' ? stroke() : palette().background),
        },
  }
}

const round = (x: number) => Number(x.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 3 })

function sample({ color, looks }: Line): SVGElement {
  const picture =
    looks === 'dots' || looks === 'rings'
      ? svg('circle', { class: `plot-${color} plot-${looks}`, cx: 11, cy: 6, r: 3 })
      : svg('path', { class: `plot-${color} plot-${looks}`, d: 'M1 6h20' })
  return svg('svg', { class: 'plot-sample', viewBox: '0 0 22 12', 'aria-hidden': 'true' }, picture)
}
