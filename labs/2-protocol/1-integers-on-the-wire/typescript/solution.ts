/** CompactSize is Bitcoin's format, varint the one of libp2p. */
export type Format = 'compactsize' | 'varint'

/** `null`: bytes are missing. */
type Decoded = { value: bigint; length: number } | { value: null }

export function encode({ format, value }: { format: Format; value: bigint }): { bytes: Buffer } {
  return { bytes: format === 'compactsize' ? encodeCompactSize(value) : encodeVarint(value) }
}

export function decode({ format, bytes }: { format: Format; bytes: Buffer }): Decoded {
  return format === 'compactsize' ? decodeCompactSize(bytes) : decodeVarint(bytes)
}

/** What the first byte says: how many bytes follow, and the smallest value that needs so many. */
const WIDTHS = [
  { first: 0xfd, width: 2, from: 0xfdn },
  { first: 0xfe, width: 4, from: 0x1_0000n },
  { first: 0xff, width: 8, from: 0x1_0000_0000n },
]

function encodeCompactSize(value: bigint): Buffer {
  if (value < 0n || value >= 1n << 64n) throw new RangeError(`${value} does not fit a CompactSize`)
  const wide = WIDTHS.findLast(({ from }) => value >= from)
  if (!wide) return Buffer.of(Number(value))
  const bytes = Buffer.alloc(9)
  bytes[0] = wide.first
  // Little-endian: the bytes that a smaller width does not need are the last ones, and are zero.
  bytes.writeBigUInt64LE(value, 1)
  return bytes.subarray(0, 1 + wide.width)
}

function decodeCompactSize(bytes: Buffer): Decoded {
  const first = bytes[0]
  if (first === undefined) return { value: null }
  const wide = WIDTHS.find(width => width.first === first)
  if (!wide) return { value: BigInt(first), length: 1 }
  const length = 1 + wide.width
  if (bytes.length < length) return { value: null }
  let value = 0n
  // From the most significant byte, which is the last one, down to the first.
  for (let i = length - 1; i > 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  if (value < wide.from) throw new Error(`${value} takes fewer than ${length} bytes`)
  return { value, length }
}

/** 9 × 7 bits: what the multiformats specification allows. */
const MAX_VARINT_BYTES = 9

function encodeVarint(value: bigint): Buffer {
  if (value < 0n || value >= 1n << 63n) throw new RangeError(`${value} does not fit a varint`)
  const bytes: number[] = []
  // Seven bits a byte, the least significant first. The top bit says that another byte follows.
  for (; value > 0x7fn; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80)
  return Buffer.of(...bytes, Number(value))
}

function decodeVarint(bytes: Buffer): Decoded {
  let value = 0n
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[i]
    if (byte === undefined) return { value: null }
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if (byte >= 0x80) continue
    // A last byte of zero adds nothing. Only zero itself is written so.
    if (byte === 0 && i > 0) throw new Error('the varint is longer than needed')
    return { value, length: i + 1 }
  }
  throw new Error(`the varint does not end within ${MAX_VARINT_BYTES} bytes`)
}
