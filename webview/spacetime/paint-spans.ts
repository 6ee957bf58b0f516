/**
 * Draws when lanes were paused, as a row of upright strokes, and when they were cut off, as a line below the lane in the dashes of
 * their group, with its sign. And upright through all lanes, what was done to the network.
 */
import type { Ink } from '../draw/drawing-context.ts'
import { groupDash } from '../graph/paint-groups.ts'
import type { Palette } from '../graph/palette.ts'
import type { Diagram, Lane, Span } from './diagram.ts'
import { NAMES, TIMES, xOf, yOf, type Frame } from './frame.ts'

/** Lanes closer than this, in pixels, have no room for signs. */
const SIGNS_FROM = 13
/** A text has this much room before the next, in pixels: what comes sooner is only a line. */
const TEXT_ROOM = 92
/** Where the texts of moments stand. */
const TEXT_Y = 9

export function paintSpans(
  ink: Ink,
  { lanes }: Pick<Diagram, 'lanes'>,
  frame: Frame,
  palette: Palette,
  inSight: (row: number) => boolean,
): void {
  lanes.forEach((lane, row) => {
    if (!inSight(row)) return
    const y = Math.round(yOf(frame, row)) + 0.5
    for (const span of lane.spans ?? [])
      for (const { from, to } of during(lane, span)) {
        if (from > frame.to || to < frame.from) continue
        const [x1, x2] = [Math.max(NAMES, xOf(frame, from)), Math.min(frame.size.width, xOf(frame, to))]
        if (span.kind === 'paused') paintPaused(ink, frame, palette, x1, x2, y)
        else paintApart(ink, frame, palette, span, x1, x2, y)
      }
  })
  ink.setLineDash([])
}

/** A lane that was not there was neither paused nor in a group. */
const during = ({ lives }: Lane, span: Span) =>
  lives
    .map(({ from, to }) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
    .filter(({ from, to }) => from < to)

function paintPaused(ink: Ink, frame: Frame, palette: Palette, x1: number, x2: number, y: number): void {
  ink.setLineDash([1.5, 4])
  ink.strokeStyle = palette.ink
  ink.lineWidth = Math.min(8, Math.max(3, frame.laneHeight * 0.4))
  ink.beginPath()
  ink.moveTo(x1, y)
  ink.lineTo(x2, y)
  ink.stroke()
}

function paintApart(
  ink: Ink,
  frame: Frame,
  palette: Palette,
  span: Span,
  x1: number,
  x2: number,
  y: number,
): void {
  const below = Math.min(4, Math.max(2, frame.laneHeight * 0.2))
  ink.setLineDash(groupDash(span.group ?? 0))
  ink.strokeStyle = palette.quiet
  ink.lineWidth = 1
  ink.beginPath()
  ink.moveTo(x1, y + below)
  ink.lineTo(x2, y + below)
  ink.stroke()
  if (frame.laneHeight < SIGNS_FROM || span.sign === undefined || x2 - x1 < 16) return
  ink.setLineDash([])
  ink.font = `700 10px ${palette.font}`
  ink.textAlign = 'center'
  ink.textBaseline = 'middle'
  ink.strokeStyle = palette.background
  ink.lineWidth = 4
  ink.lineJoin = 'round'
  ink.strokeText(span.sign, x1 + 9, y)
  ink.fillStyle = palette.ink
  ink.fillText(span.sign, x1 + 9, y)
}

export function paintMoments(ink: Ink, { moments }: Diagram, frame: Frame, palette: Palette): void {
  let free = -Infinity
  ink.textAlign = 'left'
  ink.textBaseline = 'middle'
  ink.lineJoin = 'round'
  ink.font = `11px ${palette.font}`
  for (const { at, text } of moments ?? []) {
    if (at < frame.from || at > frame.to) continue
    const x = Math.round(xOf(frame, at)) + 0.5
    ink.setLineDash([4, 3])
    ink.strokeStyle = palette.quiet
    ink.lineWidth = 1
    ink.beginPath()
    ink.moveTo(x, 0)
    ink.lineTo(x, frame.size.height - TIMES)
    ink.stroke()
    ink.setLineDash([])
    if (x < free) continue
    free = x + TEXT_ROOM
    ink.strokeStyle = palette.background
    ink.lineWidth = 4
    ink.strokeText(text, x + 4, TEXT_Y)
    ink.fillStyle = palette.ink
    ink.fillText(text, x + 4, TEXT_Y)
  }
}
