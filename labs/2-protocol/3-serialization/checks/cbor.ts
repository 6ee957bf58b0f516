/** The checker's own deterministic encoder (RFC 8949, section 4.2.1), written without the exercise's scaffolding. */
import type { CborValue } from '../../../exercise/diagnostic.ts'

const BYTES_OF = [
  [24, 1],
  [25, 2],
  [26, 4],
  [27, 8],
] as const

/** A head with as many bytes behind the first one as `width` says; left out: as few as will do. */
export function head(kind: number, number: bigint, width?: 1 | 2 | 4 | 8): Buffer {
  if (number < 24n && width === undefined) return Buffer.of(kind * 32 + Number(number))
  const [info, length] = BYTES_OF.find(([, bytes]) =>
    width === undefined ? number < 1n << BigInt(8 * bytes) : bytes === width,
  )!
  const bytes = Buffer.alloc(1 + length)
  bytes[0] = kind * 32 + info
  for (let i = length; i > 0; i--) {
    bytes[i] = Number(number & 0xffn)
    number >>= 8n
  }
  return bytes
}

export function encodeCbor(value: CborValue): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4)
  if (value === null) return Buffer.of(0xf6)
  if (typeof value === 'bigint') return value >= 0n ? head(0, value) : head(1, -value - 1n)
  if (typeof value === 'string') return withLength(3, Buffer.from(value))
  if (value instanceof Uint8Array) return withLength(2, value)
  if (Array.isArray(value)) return Buffer.concat([head(4, BigInt(value.length)), ...value.map(encodeCbor)])
  return encodeMap([...value].map(([key, item]) => [encodeCbor(key), encodeCbor(item)]))
}

const withLength = (kind: number, bytes: Uint8Array) =>
  Buffer.concat([head(kind, BigInt(bytes.length)), bytes])

/** In the order of the keys' bytes; or as they come. */
export function encodeMap(
  entries: readonly (readonly [key: Buffer, value: Buffer])[],
  sorted = true,
): Buffer {
  const inOrder = sorted ? entries.toSorted(([a], [b]) => a.compare(b)) : entries
  return Buffer.concat([head(5, BigInt(entries.length)), ...inOrder.flat()])
}

/** Whether two values are equal: maps whatever the order of their keys. */
export const isSame = (a: CborValue, b: CborValue): boolean => encodeCbor(a).equals(encodeCbor(b))
