/**
 * From times and lanes to the screen and back. The lanes' names have a column at the left, the times a row at the bottom.
 */
import type { Size } from '../graph/camera.ts'

export interface Frame {
  size: Size
  /** The times at the left and the right end. */
  from: number
  to: number
  /** Pixels from the middle of one lane to the next. */
  laneHeight: number
  /** Pixels of lanes above the upper end. */
  scroll: number
}

/** Width of the column of names, and height of the row of times, in pixels. */
export const NAMES = 58
export const TIMES = 24
/** Kept free below the last lane, for the buttons that lie there. */
const FOOT = 36
/** Lanes at least this far apart have their names readable. */
export const READABLE = 16
const WIDEST = 64
/** The least and the most time from one end to the other, in milliseconds. */
const SHORTEST = 0.05
const LONGEST = 24 * 3_600_000

export const xOf = (f: Frame, at: number): number =>
  NAMES + ((at - f.from) / (f.to - f.from)) * (f.size.width - NAMES)
export const timeOf = (f: Frame, x: number): number =>
  f.from + ((x - NAMES) / Math.max(1, f.size.width - NAMES)) * (f.to - f.from)
export const yOf = (f: Frame, lane: number): number => (lane + 0.5) * f.laneHeight - f.scroll
export const laneOf = (f: Frame, y: number): number => Math.floor((y + f.scroll) / f.laneHeight)

/** How far apart lanes are: all in sight when `condensed`, else readable, and then they scroll. */
export function laneHeight(size: Size, lanes: number, condensed: boolean): number {
  const room = (size.height - TIMES - FOOT) / Math.max(1, lanes)
  return Math.min(WIDEST, condensed ? room : Math.max(READABLE, room))
}

/** Most that can be scrolled. */
export const scrollEnd = (size: Size, lanes: number, height: number): number =>
  Math.max(0, lanes * height - (size.height - TIMES - FOOT))

/** Zooms by `factor` with the time `at` staying where it is. */
export function zoomTime(range: { from: number; to: number }, at: number, factor: number) {
  const length = range.to - range.from
  const next = Math.min(LONGEST, Math.max(SHORTEST, length / factor))
  const part = (at - range.from) / length
  return { from: at - part * next, to: at + (1 - part) * next }
}

/** Times for the axis, at round numbers after `origin`, and how many decimals of a second tell them apart. */
export function ticks(f: Frame, origin: number): { at: number; text: string }[] {
  const wanted = Math.max(2, Math.floor((f.size.width - NAMES) / 110))
  const raw = (f.to - f.from) / wanted
  const unit = 10 ** Math.floor(Math.log10(raw))
  const step = unit * ([1, 2, 5, 10].find(n => n * unit >= raw) ?? 10)
  const decimals = Math.max(0, Math.ceil(-Math.log10(step / 1_000) - 1e-9))
  const list: { at: number; text: string }[] = []
  for (let n = Math.ceil((f.from - origin) / step); n * step + origin <= f.to; n++)
    list.push({ at: origin + n * step, text: `${((n * step) / 1_000).toFixed(decimals)} s` })
  return list
}
