/**
 * The space-time diagram of a transcript: lanes run downwards, each row is one transmission. Times are beside it and not to
 * scale: what matters is the order, and most of it happens within the same millisecond.
 */
import type { TransmissionKind } from '../../network/events.ts'
import { svg } from '../dom.ts'
import { shortNames } from './lane-names.ts'
import type { Lane } from './rows.ts'

const ROW_HEIGHT = 26
const MARGIN = 30
/** What all lanes together may take of the page, and at the least, in pixels; the more there are, the closer they are. */
const PART = 0.3
const LEAST = 130
const MOST = 380
const WIDEST = 130
/** Lanes closer than this have slanted names, and closer than the other not all of them. */
const LEVEL = 76
const EACH = 15
/** Of slanted names: 16 bold letters at 52 degrees. */
const NAMES_HEIGHT = 104

export interface Columns {
  width: number
  x(lane: string): number
  /** Pixels from one lane to the next. */
  apart: number
  lanes: readonly Lane[]
}

/** `room` is the width of the page, in pixels. */
export function columnsOf(lanes: readonly Lane[], room: number): Columns {
  const width = Math.min(MOST, Math.max(LEAST, room * PART))
  const apart = Math.min(WIDEST, width / Math.max(1, lanes.length - 1))
  const places = new Map(lanes.map(({ name }, i) => [name, MARGIN + i * apart]))
  return {
    width: 2 * MARGIN + apart * Math.max(1, lanes.length - 1),
    x: lane => places.get(lane) ?? MARGIN,
    apart,
    lanes,
  }
}

type End = 'head' | 'open-head' | 'cross' | 'bar'
interface Look {
  /** Which of the line's styles in transcript.css. */
  line: 'solid' | 'bold' | 'thin' | 'dashed' | 'dotted' | 'dash-dot' | 'double' | 'jagged'
  end: End
  /** A ring where it begins, a flash in its middle. */
  sign?: 'ring' | 'flash'
  bad?: boolean
}
/** Each kind is told from the others by its line and its ends alone. */
const LOOKS: Record<TransmissionKind, Look> = {
  connect: { line: 'solid', end: 'open-head', sign: 'ring' },
  refused: { line: 'solid', end: 'cross', sign: 'ring', bad: true },
  open: { line: 'double', end: 'open-head' },
  bytes: { line: 'bold', end: 'head' },
  datagram: { line: 'dashed', end: 'head' },
  fin: { line: 'thin', end: 'bar' },
  rst: { line: 'jagged', end: 'cross', bad: true },
  close: { line: 'double', end: 'bar' },
  control: { line: 'dotted', end: 'open-head' },
  fault: { line: 'dash-dot', end: 'cross', sign: 'flash', bad: true },
}

/** One row: the lanes that pass through it, and the arrow, if there is one. */
export function rowPicture(
  columns: Columns,
  arrow: { from: string; to: string; kind: TransmissionKind } | undefined,
  broken = false,
): SVGElement {
  const lanes = columns.lanes.map(({ name, role }) => {
    const x = Math.round(columns.x(name)) + 0.5
    return svg('line', {
      x1: x,
      x2: x,
      y1: 0,
      y2: ROW_HEIGHT,
      class: broken ? 'lane broken' : 'lane',
      'data-role': role,
    })
  })
  return svg(
    'svg',
    { class: 'picture', width: columns.width, height: ROW_HEIGHT, 'aria-hidden': 'true' },
    ...lanes,
    ...(arrow ? [arrowPicture(columns.x(arrow.from), columns.x(arrow.to), arrow.kind)] : []),
  )
}

/** How a kind is drawn, for the legend. */
export const sample = (kind: TransmissionKind): SVGElement =>
  svg('svg', { class: 'picture', width: 56, height: 16, 'aria-hidden': 'true' }, arrowPicture(6, 50, kind, 8))

function arrowPicture(from: number, to: number, kind: TransmissionKind, y = ROW_HEIGHT / 2): SVGElement {
  const { line, end, sign, bad } = LOOKS[kind]
  const way = Math.sign(to - from) || 1
  // A head ends on its lane, a bar and a cross stand before it.
  const tip = to - way * (end === 'bar' || end === 'cross' ? 7 : 1)
  const d =
    line === 'jagged'
      ? jagged(from, tip, y)
      : line === 'double'
        ? `M${from} ${y - 2}H${tip - way * 2}M${from} ${y + 2}H${tip - way * 2}`
        : `M${from} ${y}H${tip}`
  const middle = (from + to) / 2
  return svg(
    'g',
    { class: bad ? 'arrow bad' : 'arrow', 'data-kind': kind },
    svg('path', { d, class: `line ${line}` }),
    sign === 'ring' && svg('circle', { cx: from, cy: y, r: 4, class: 'ring' }),
    sign === 'flash' &&
      svg('path', {
        d: `M${middle + 2} ${y - 9}L${middle - 4} ${y + 1}H${middle + 1}L${middle - 2} ${y + 9}L${middle + 5} ${y - 2}H${middle}z`,
        class: 'flash',
      }),
    svg('path', { d: endPath(end, tip, y, way), class: `end ${end}` }),
  )
}

function endPath(end: End, x: number, y: number, way: number): string {
  switch (end) {
    case 'head':
      return `M${x} ${y}L${x - way * 9} ${y - 4.5}V${y + 4.5}z`
    case 'open-head':
      return `M${x - way * 8} ${y - 5}L${x} ${y}L${x - way * 8} ${y + 5}`
    case 'bar':
      return `M${x} ${y - 6}V${y + 6}`
    case 'cross':
      return `M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10`
  }
}

function jagged(from: number, to: number, y: number): string {
  const way = Math.sign(to - from) || 1
  const teeth = Math.max(2, Math.floor(Math.abs(to - from) / 8))
  const step = (to - from) / teeth
  let d = `M${from} ${y}`
  for (let i = 0; i < teeth; i++)
    d += `l${step / 2} ${way * (i % 2 === 0 ? -4 : 4)}l${step / 2} ${way * (i % 2 === 0 ? 4 : -4)}`
  return d
}

/** The lanes' names, above the first row. */
export function namesPicture(columns: Columns): SVGElement {
  const level = columns.apart >= LEVEL
  const every = Math.ceil(EACH / columns.apart)
  const height = level ? 20 : NAMES_HEIGHT
  const shorts = shortNames(columns.lanes.map(({ name }) => name))
  const names = columns.lanes.map(({ name, role }, i) => {
    // The two ends are always named.
    const named = i % every === 0 || role === 'program' || role === 'checker'
    if (!named) return undefined
    const x = columns.x(name)
    return svg(
      'text',
      {
        x,
        y: height - 6,
        'data-role': role,
        ...(level ? { 'text-anchor': 'middle' } : { transform: `rotate(-52 ${x} ${height - 6})` }),
      },
      shorts[i]!,
      svg('title', {}, name),
    )
  })
  return svg('svg', { class: 'picture names', width: columns.width, height, 'aria-hidden': 'true' }, ...names)
}
