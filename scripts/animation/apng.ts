/**
 * Writes an animated PNG (https://www.w3.org/TR/png-3/#apng-frame-based-animation): a PNG whose first picture every viewer shows, and
 * whose others follow in chunks that old viewers skip. Of each later picture only the rectangle that changed is kept, with the
 * pixels in it that did not change left transparent.
 */
import { crc32, deflateSync } from 'node:zlib'

export interface Animation {
  width: number
  height: number
  /** RGBA, 4 bytes a pixel, row by row, opaque. At least one. */
  frames: readonly { pixels: Uint8Array; ms: number }[]
  /** How often it plays; 0 for ever. */
  plays: number
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** 8 bits a channel, RGBA, deflate, adaptive filters, not interlaced. */
const FORMAT = [8, 6, 0, 0, 0]
const [DISPOSE_NONE, BLEND_OVER] = [0, 1]

export function apng({ width, height, frames, plays }: Animation): Buffer {
  let sequence = 0
  const chunks = [
    chunk('IHDR', numbers([width, height]), Buffer.from(FORMAT)),
    chunk('acTL', numbers([frames.length, plays])),
  ]
  let before: Uint8Array | undefined
  for (const { pixels, ms } of frames) {
    const part = before ? changed(before, pixels, width, height) : { x: 0, y: 0, width, height }
    const data = deflateSync(rows(before, pixels, width, part), { level: 9 })
    const delay = Buffer.alloc(6)
    delay.writeUInt16BE(ms, 0)
    delay.writeUInt16BE(1_000, 2)
    delay.set([DISPOSE_NONE, BLEND_OVER], 4)
    chunks.push(chunk('fcTL', numbers([sequence++, part.width, part.height, part.x, part.y]), delay))
    chunks.push(before ? chunk('fdAT', numbers([sequence++]), data) : chunk('IDAT', data))
    before = pixels
  }
  return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND')])
}

interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

const same = (a: Uint8Array, b: Uint8Array, at: number) =>
  a[at] === b[at] && a[at + 1] === b[at + 1] && a[at + 2] === b[at + 2]

/** The smallest rectangle with all that differs; one pixel where nothing does, since none is not allowed. */
function changed(before: Uint8Array, pixels: Uint8Array, width: number, height: number): Rectangle {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (same(before, pixels, 4 * (y * width + x))) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  return right < 0
    ? { x: 0, y: 0, width: 1, height: 1 }
    : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

/** The rectangle's rows, each with filter type 0 (none) in front. */
function rows(before: Uint8Array | undefined, pixels: Uint8Array, width: number, part: Rectangle): Buffer {
  const length = 1 + 4 * part.width
  const data = Buffer.alloc(length * part.height)
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) {
      const at = 4 * ((part.y + y) * width + part.x + x)
      if (before && same(before, pixels, at)) continue
      data.set(pixels.subarray(at, at + 4), y * length + 1 + 4 * x)
    }
  return data
}

function numbers(values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => data.writeUInt32BE(value, 4 * i))
  return data
}

function chunk(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...parts])
  return Buffer.concat([numbers([body.length - 4]), body, numbers([crc32(body)])])
}
