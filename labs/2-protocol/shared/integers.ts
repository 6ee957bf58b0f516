/** The checker's own CompactSize and varint. */

export type Format = 'compactsize' | 'varint'

export const FORMATS: readonly Format[] = ['compactsize', 'varint']

/** The largest value of each: a u64, and 9 × 7 bits. */
export const LARGEST: Readonly<Record<Format, bigint>> = {
  compactsize: (1n << 64n) - 1n,
  varint: (1n << 63n) - 1n,
}

export const encodeInteger = (format: Format, value: bigint): Buffer =>
  format === 'compactsize' ? compactSize(value) : varint(value)

/** A u16, u32 or u64, little-endian, behind fd, fe or ff; below fd the byte itself. */
function compactSize(value: bigint): Buffer {
  if (value < 0xfdn) return Buffer.of(Number(value))
  return wideCompactSize(value, value <= 0xffffn ? 2 : value <= 0xffff_ffffn ? 4 : 8)
}

/** With so many bytes behind the first one, also where fewer would do. */
export function wideCompactSize(value: bigint, width: 2 | 4 | 8): Buffer {
  return Buffer.from([{ 2: 0xfd, 4: 0xfe, 8: 0xff }[width], ...littleEndian(value, width)])
}

const littleEndian = (value: bigint, width: number): number[] =>
  Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))

/** Seven bits a byte, the least significant first; the top bit says that another byte follows. */
export function varint(value: bigint): Buffer {
  const groups: number[] = []
  do {
    groups.push(Number(value & 0x7fn))
    value >>= 7n
  } while (value > 0n)
  return Buffer.from(groups.map((group, i) => (i < groups.length - 1 ? group | 0x80 : group)))
}
