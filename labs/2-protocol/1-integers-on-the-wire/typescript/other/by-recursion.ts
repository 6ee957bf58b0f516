// Another correct program: no table and no loop over widths, Buffer's own methods instead.
type Format = 'compactsize' | 'varint'

export async function encode({
  format,
  value,
}: {
  format: Format
  value: bigint
}): Promise<{ bytes: Uint8Array }> {
  if (value < 0n) throw new Error('negative')
  if (format === 'varint') {
    if (value > 0x7fff_ffff_ffff_ffffn) throw new Error('over 63 bits')
    return { bytes: groups(value) }
  }
  if (value > 0xffff_ffff_ffff_ffffn) throw new Error('over 64 bits')
  if (value > 0xffff_ffffn) {
    const bytes = Buffer.of(0xff, 0, 0, 0, 0, 0, 0, 0, 0)
    bytes.writeBigUInt64LE(value, 1)
    return { bytes }
  }
  const small = Number(value)
  if (small > 0xffff) {
    const bytes = Buffer.of(0xfe, 0, 0, 0, 0)
    bytes.writeUInt32LE(small, 1)
    return { bytes }
  }
  return { bytes: small > 0xfc ? Uint8Array.of(0xfd, small & 0xff, small >> 8) : Uint8Array.of(small) }
}

const groups = (value: bigint): Uint8Array =>
  value < 0x80n
    ? Uint8Array.of(Number(value))
    : Uint8Array.of(Number(value % 0x80n) + 0x80, ...groups(value / 0x80n))

export async function decode({ format, bytes }: { format: Format; bytes: Buffer }) {
  if (bytes.length === 0) return { value: null }
  return format === 'varint' ? varint(bytes) : compactSize(bytes)
}

function compactSize(bytes: Buffer) {
  const first = bytes[0]!
  if (first < 0xfd) return { value: BigInt(first), length: 1 }
  const length = 1 + 2 ** (first - 0xfc)
  if (bytes.length < length) return { value: null }
  const value =
    length === 9
      ? bytes.readBigUInt64LE(1)
      : BigInt(length === 5 ? bytes.readUInt32LE(1) : bytes.readUInt16LE(1))
  const smallest = length === 9 ? 0x1_0000_0000n : length === 5 ? 0x1_0000n : 0xfdn
  if (value < smallest) throw new Error('not the shortest form')
  return { value, length }
}

function varint(bytes: Buffer) {
  const last = bytes.findIndex(byte => byte < 0x80)
  if (last >= 9 || (last < 0 && bytes.length >= 9)) throw new Error('more than nine bytes')
  if (last < 0) return { value: null }
  if (last > 0 && bytes[last] === 0) throw new Error('not the shortest form')
  const value = bytes.subarray(0, last + 1).reduceRight((sum, byte) => sum * 0x80n + BigInt(byte & 0x7f), 0n)
  return { value, length: last + 1 }
}
