/**
 * Draws a space-time diagram: lanes from left to right, arrows from whom to whom. A first receipt is a line with a head, a
 * duplicate thin and dashed, a rejected copy dotted with a cross. Only what is in sight is drawn.
 */
import type { Ink } from '../draw/drawing-context.ts'
import type { Palette } from '../graph/palette.ts'
import { arrowsBetween, type Arrow, type ArrowKind, type Diagram } from './diagram.ts'
import { NAMES, READABLE, ticks, TIMES, xOf, yOf, type Frame } from './frame.ts'
import { paintMoments, paintSpans } from './paint-spans.ts'

export interface Look {
  palette: Palette
  /** The lane and the group that are selected, and the arrow under the pointer. */
  lane: string | undefined
  group: string | undefined
  hovered: Arrow | undefined
  /** The moment that the view shows, and whether that is the present. */
  cursor: number
  live: boolean
  /** What the times count from. */
  origin: number
}

/** With more arrows in sight, heads would only be a blot. */
const MOST_HEADS = 900

interface Style {
  width: number
  dash: number[]
  color: 'hop' | 'mesh' | 'link' | 'bad'
}
const STYLES: Record<ArrowKind, Style> = {
  first: { width: 1.5, dash: [], color: 'mesh' },
  duplicate: { width: 1, dash: [4, 3], color: 'link' },
  rejected: { width: 1, dash: [1.5, 3], color: 'bad' },
}

export function paintDiagram(ink: Ink, diagram: Diagram, frame: Frame, look: Look): void {
  const { size } = frame
  const rows = new Map(diagram.lanes.map(({ id }, i) => [id, i]))
  const inSight = (row: number) =>
    yOf(frame, row) > -frame.laneHeight && yOf(frame, row) < size.height - TIMES + frame.laneHeight
  ink.save()
  clipTo(ink, NAMES, 0, size.width - NAMES, size.height - TIMES)
  paintTicks(ink, frame, look)
  paintLanes(ink, diagram, frame, look, inSight)
  paintSpans(ink, diagram, frame, look.palette, inSight)
  paintArrows(ink, diagram, frame, look, rows, inSight)
  paintMarks(ink, diagram, frame, look, rows)
  paintMoments(ink, diagram, frame, look.palette)
  if (!look.live) paintFuture(ink, frame, look)
  ink.restore()
  paintNames(ink, diagram, frame, look, inSight)
  paintTimes(ink, frame, look)
  paintCursor(ink, frame, look)
}

function clipTo(ink: Ink, x: number, y: number, width: number, height: number): void {
  ink.beginPath()
  ink.rect(x, y, width, height)
  ink.clip()
}

function paintTicks(ink: Ink, frame: Frame, { palette, origin }: Look): void {
  ink.strokeStyle = palette.border
  ink.globalAlpha = palette.gridAlpha
  ink.lineWidth = 1
  ink.beginPath()
  for (const { at } of ticks(frame, origin)) {
    const x = Math.round(xOf(frame, at)) + 0.5
    ink.moveTo(x, 0)
    ink.lineTo(x, frame.size.height - TIMES)
  }
  ink.stroke()
  ink.globalAlpha = 1
}

function paintLanes(
  ink: Ink,
  { lanes }: Diagram,
  frame: Frame,
  { palette, lane }: Look,
  inSight: (row: number) => boolean,
): void {
  for (const selected of [false, true]) {
    ink.strokeStyle = selected ? palette.focus : palette.link
    ink.lineWidth = selected ? 2 : 1
    ink.globalAlpha = selected ? 1 : Math.max(palette.quietAlpha, 0.5)
    ink.beginPath()
    lanes.forEach(({ id, lives }, row) => {
      if ((id === lane) !== selected || !inSight(row)) return
      const y = Math.round(yOf(frame, row)) + 0.5
      for (const { from, to } of lives) {
        if (from > frame.to || to < frame.from) continue
        ink.moveTo(Math.max(NAMES, xOf(frame, from)), y)
        ink.lineTo(to >= frame.to ? frame.size.width : xOf(frame, to), y)
      }
    })
    ink.stroke()
  }
  ink.globalAlpha = 1
}

interface Line {
  arrow: Arrow
  x1: number
  y1: number
  x2: number
  y2: number
}

function paintArrows(
  ink: Ink,
  diagram: Diagram,
  frame: Frame,
  look: Look,
  rows: ReadonlyMap<string, number>,
  inSight: (row: number) => boolean,
): void {
  const lines: Record<ArrowKind, Line[]> = { first: [], duplicate: [], rejected: [] }
  let count = 0
  arrowsBetween(diagram, frame.from, frame.to, arrow => {
    const line = lineOf(arrow, frame, rows, inSight)
    if (!line) return
    count++
    lines[arrow.kind].push(line)
  })
  const heads = count <= MOST_HEADS && frame.laneHeight >= READABLE / 2
  const matters = ({ arrow }: Line) =>
    (look.group === undefined || arrow.group === look.group) &&
    (look.lane === undefined ||
      look.group !== undefined ||
      arrow.from === look.lane ||
      arrow.to === look.lane)
  for (const strong of [false, true])
    for (const kind of ['duplicate', 'rejected', 'first'] as const) {
      const style = STYLES[kind]
      const part = lines[kind].filter(line => matters(line) === strong)
      if (part.length === 0) continue
      const chosen = strong && look.group !== undefined && kind === 'first'
      const color = look.palette[chosen ? 'hop' : style.color]
      ink.globalAlpha = strong ? 1 : look.palette.quietAlpha
      ink.strokeStyle = ink.fillStyle = color
      ink.lineWidth = chosen ? 2 : style.width
      ink.setLineDash(style.dash)
      ink.beginPath()
      for (const { x1, y1, x2, y2 } of part) {
        ink.moveTo(x1, y1)
        ink.lineTo(x2, y2)
      }
      ink.stroke()
      ink.setLineDash([])
      if (heads && kind !== 'rejected') paintHeads(ink, part, kind === 'first' ? 8 : 6)
      if (kind === 'rejected') paintCrosses(ink, part)
    }
  ink.globalAlpha = 1
  const under = look.hovered && lineOf(look.hovered, frame, rows, inSight)
  if (!under) return
  ink.strokeStyle = look.palette.focus
  ink.lineWidth = 3
  ink.beginPath()
  ink.moveTo(under.x1, under.y1)
  ink.lineTo(under.x2, under.y2)
  ink.stroke()
}

/** Where an arrow goes on the screen; undefined when it does not. Of unknown start: a short way before its end. */
export function lineOf(
  arrow: Arrow,
  frame: Frame,
  rows: ReadonlyMap<string, number>,
  inSight: (row: number) => boolean = () => true,
): Line | undefined {
  const [from, to] = [rows.get(arrow.from), rows.get(arrow.to)]
  if (from === undefined || to === undefined || !(inSight(from) || inSight(to))) return undefined
  const [y1, y2] = [yOf(frame, from), yOf(frame, to)]
  const x2 = xOf(frame, arrow.end)
  if (arrow.start !== undefined) return { arrow, x1: xOf(frame, arrow.start), y1, x2, y2 }
  return { arrow, x1: x2 - 10, y1: y2 - Math.sign(y2 - y1) * Math.min(10, Math.abs(y2 - y1)), x2, y2 }
}

/** All heads in one path: thousands of them in a frame must not be thousands of calls. */
function paintHeads(ink: Ink, lines: readonly Line[], size: number): void {
  ink.beginPath()
  for (const { x1, y1, x2, y2 } of lines) {
    const length = Math.hypot(x2 - x1, y2 - y1)
    if (length < size) continue
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length]
    const [bx, by] = [x2 - ux * size, y2 - uy * size]
    const half = size * 0.45
    ink.moveTo(x2, y2)
    ink.lineTo(bx - uy * half, by + ux * half)
    ink.lineTo(bx + uy * half, by - ux * half)
    ink.closePath()
  }
  ink.fill()
}

function paintCrosses(ink: Ink, lines: readonly Line[]): void {
  ink.lineWidth = 1.5
  ink.beginPath()
  for (const { x2, y2 } of lines) cross(ink, x2, y2, 4)
  ink.stroke()
}

function cross(ink: Ink, x: number, y: number, r: number): void {
  ink.moveTo(x - r, y - r)
  ink.lineTo(x + r, y + r)
  ink.moveTo(x + r, y - r)
  ink.lineTo(x - r, y + r)
}

function paintMarks(
  ink: Ink,
  { marks }: Diagram,
  frame: Frame,
  { palette, group }: Look,
  rows: ReadonlyMap<string, number>,
): void {
  const size = Math.min(5, Math.max(2.5, frame.laneHeight * 0.3))
  for (const mark of marks) {
    const row = rows.get(mark.lane)
    if (row === undefined || mark.at < frame.from || mark.at > frame.to) continue
    const [x, y] = [xOf(frame, mark.at), yOf(frame, row)]
    ink.beginPath()
    if (mark.kind === 'lost') {
      ink.strokeStyle = palette.bad
      ink.lineWidth = 2
      cross(ink, x, y, size)
      ink.stroke()
    } else {
      ink.globalAlpha = group === undefined || group === mark.group ? 1 : palette.quietAlpha
      ink.arc(x, y, size, 0, 2 * Math.PI)
      ink.fillStyle = palette.hop
      ink.fill()
      ink.globalAlpha = 1
    }
  }
}

/** What comes after the moment that is shown is there, but steps back. */
function paintFuture(ink: Ink, frame: Frame, { palette, cursor }: Look): void {
  const x = Math.max(NAMES, xOf(frame, cursor))
  if (x >= frame.size.width) return
  ink.globalAlpha = 0.6
  ink.fillStyle = palette.background
  ink.beginPath()
  ink.rect(x, 0, frame.size.width - x, frame.size.height - TIMES)
  ink.fill()
  ink.globalAlpha = 1
}

function paintNames(
  ink: Ink,
  { lanes }: Diagram,
  frame: Frame,
  { palette, lane }: Look,
  inSight: (row: number) => boolean,
): void {
  ink.save()
  clipTo(ink, 0, 0, NAMES, frame.size.height - TIMES)
  ink.textAlign = 'right'
  ink.textBaseline = 'middle'
  // Closer than they can be read: only some of them.
  const every = Math.ceil(READABLE / frame.laneHeight - 0.2)
  lanes.forEach(({ id, name }, row) => {
    if (!inSight(row) || (row % every !== 0 && id !== lane)) return
    ink.font = `${id === lane ? 700 : 400} ${frame.laneHeight >= 18 || every > 1 ? 12 : 11}px ${palette.font}`
    ink.fillStyle = id === lane ? palette.ink : palette.quiet
    ink.fillText(name, NAMES - 8, yOf(frame, row) + 0.5)
  })
  ink.restore()
}

function paintTimes(ink: Ink, frame: Frame, { palette, origin }: Look): void {
  const y = frame.size.height - TIMES
  ink.strokeStyle = palette.border
  ink.lineWidth = 1
  ink.beginPath()
  ink.moveTo(0, y + 0.5)
  ink.lineTo(frame.size.width, y + 0.5)
  ink.stroke()
  ink.font = `11px ${palette.font}`
  ink.textBaseline = 'middle'
  ink.textAlign = 'center'
  ink.fillStyle = palette.quiet
  for (const { at, text } of ticks(frame, origin)) {
    const x = xOf(frame, at)
    if (x > NAMES + 20 && x < frame.size.width - 24) ink.fillText(text, x, y + TIMES / 2 + 1)
  }
}

function paintCursor(ink: Ink, frame: Frame, { palette, cursor, live }: Look): void {
  const x = xOf(frame, cursor)
  if (x < NAMES || x > frame.size.width) return
  const y = frame.size.height - TIMES
  ink.strokeStyle = ink.fillStyle = live ? palette.quiet : palette.hop
  ink.lineWidth = live ? 1 : 2
  ink.beginPath()
  ink.moveTo(x, 0)
  ink.lineTo(x, y)
  ink.stroke()
  ink.beginPath()
  ink.moveTo(x, y)
  ink.lineTo(x - 5, y + 7)
  ink.lineTo(x + 5, y + 7)
  ink.closePath()
  ink.fill()
}
