/**
 * Where a node is put before the layout knows better. Only its name decides, so that it is the same after a reload.
 */
export interface Point {
  x: number
  y: number
}

/** In the units of the layout: about the room that one node takes. */
const SPACING = 62
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))

/** Ours go on a sunflower spiral by their number, where no two come close; foreign peers outside, by a hash. */
export function seedPosition(name: string): Point {
  const number = /^n([1-9][0-9]{0,4})$/.exec(name)?.[1]
  if (number !== undefined) return polar(SPACING * Math.sqrt(Number(number)), Number(number) * GOLDEN_ANGLE)
  return polar(SPACING * 6, (hash(name) / 2 ** 32) * 2 * Math.PI)
}

const polar = (r: number, angle: number): Point => ({ x: r * Math.cos(angle), y: r * Math.sin(angle) })

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const c of text) value = Math.imul(value ^ c.codePointAt(0)!, 0x01000193) >>> 0
  return value
}
