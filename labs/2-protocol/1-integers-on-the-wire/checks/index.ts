/** The checks of exercise 2.1: CompactSize and unsigned varint. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import type { Random } from '../../../check/kit/random.ts'
import { encodeInteger, FORMATS, LARGEST, wideCompactSize, type Format } from '../../shared/integers.ts'
import { expectDecoded, expectEncoded, expectMore, expectNoEncoding, expectRefused } from './expect.ts'
import { LONGER_THAN_NEEDED, PUBLISHED } from './vectors.ts'

const fromHex = (hex: string) => Buffer.from(hex, 'hex')

async function published(t: CheckContext): Promise<void> {
  for (const format of FORMATS) {
    for (const { value, bytes } of PUBLISHED[format]) {
      await expectEncoded(t, format, value, fromHex(bytes))
      await expectDecoded(t, format, value, fromHex(bytes))
    }
  }
}

/** An integer of exactly so many bits. */
function ofBits(random: Random, bits: number): bigint {
  const lower = random.bytes(8).readBigUInt64BE() & ((1n << BigInt(bits - 1)) - 1n)
  return (1n << BigInt(bits - 1)) | lower
}

/** The last value of each width and the first of the next, and random ones between. */
function edges(random: Random, format: Format): bigint[] {
  const firsts =
    format === 'compactsize'
      ? [0xfdn, 0x100n, 0x1_0000n, 0x1_0000_0000n]
      : Array.from({ length: 8 }, (_, i) => 1n << BigInt(7 * (i + 1)))
  const bits = format === 'compactsize' ? 64 : 63
  return [
    0n,
    1n,
    ...firsts.flatMap(first => [first - 1n, first]),
    // Beyond what a double holds exactly: 2^53 + 1 becomes 2^53 there.
    (1n << 53n) + 1n,
    ...[10, 20, 31, 32, 33, 45, 60, bits].map(width => ofBits(random, width)),
    LARGEST[format],
  ]
}

const everyWidth =
  (format: Format) =>
  async (t: CheckContext): Promise<void> => {
    for (const value of edges(t.random, format)) {
      const bytes = encodeInteger(format, value)
      await expectEncoded(t, format, value, bytes)
      await expectDecoded(t, format, value, bytes)
    }
  }

/** One value of each length that the format has. */
const ofEachLength = (random: Random, format: Format): bigint[] =>
  (format === 'compactsize' ? [8, 16, 32, 64] : [7, 14, 21, 28, 35, 42, 49, 56, 63]).map(bits =>
    // All eight bits set would be fd or more: the value itself is then not one byte.
    bits === 8 ? BigInt(random.int(0, 0xfc)) : ofBits(random, bits),
  )

async function truncated(t: CheckContext): Promise<void> {
  for (const format of FORMATS) {
    for (const value of ofEachLength(t.random, format)) {
      const whole = encodeInteger(format, value)
      await expectDecoded(t, format, value, whole)
      for (let length = 0; length < whole.length; length++) await expectMore(t, format, whole, length)
    }
  }
}

async function follows(t: CheckContext): Promise<void> {
  for (const format of FORMATS) {
    for (const value of ofEachLength(t.random, format)) {
      const tails = [Buffer.alloc(9), Buffer.alloc(12, 0xff), t.random.bytes(t.random.int(1, 20))]
      for (const tail of tails) await expectDecoded(t, format, value, encodeInteger(format, value), tail)
    }
  }
}

const LONGER =
  'does decode refuse an integer that a shorter encoding can hold? Two encodings of one value let two peers see two different messages in one.'

async function shortest(t: CheckContext): Promise<void> {
  const first = BigInt(t.random.int(1, 0x7f))
  await expectDecoded(t, 'compactsize', 0xfdn, fromHex('fdfd00'))
  const wide = [
    wideCompactSize(first, 2),
    wideCompactSize(ofBits(t.random, 12), 4),
    wideCompactSize(ofBits(t.random, 30), 8),
  ]
  for (const bytes of [...LONGER_THAN_NEEDED.map(fromHex), ...wide]) {
    await expectRefused(t, 'compactsize', bytes, { why: 'longer than needed', hint: LONGER })
  }

  await expectDecoded(t, 'varint', 0n, Buffer.of(0))
  for (const value of [0n, 1n, first, ...ofEachLength(t.random, 'varint').slice(0, -1)]) {
    const bytes = encodeInteger('varint', value)
    // The last byte says that another one follows, and that one adds nothing.
    const longer = Buffer.concat([bytes, Buffer.of(0)])
    longer[bytes.length - 1]! |= 0x80
    await expectRefused(t, 'varint', longer, { why: 'longer than needed', hint: LONGER })
  }
}

async function endless(t: CheckContext): Promise<void> {
  const continuing = (length: number) => Buffer.from([...t.random.bytes(length)].map(byte => byte | 0x80))
  await expectDecoded(t, 'varint', LARGEST.varint, encodeInteger('varint', LARGEST.varint))
  await expectMore(t, 'varint', Buffer.concat([continuing(8), Buffer.of(1)]), 8)
  const hint =
    'does decode stop after nine bytes? A peer that never ends its integer would have your program collect bytes for ever.'
  for (const bytes of [continuing(9), Buffer.concat([continuing(9), Buffer.of(1)]), continuing(40)]) {
    await expectRefused(t, 'varint', bytes, {
      why: 'nine bytes, and each says that another one follows',
      hint,
    })
  }
}

async function range(t: CheckContext): Promise<void> {
  for (const format of FORMATS) {
    const largest = LARGEST[format]
    await expectEncoded(t, format, largest, encodeInteger(format, largest))
    for (const value of [
      largest + 1n,
      largest + 1n + ofBits(t.random, 20),
      1n << 70n,
      -1n,
      -ofBits(t.random, 12),
    ])
      await expectNoEncoding(t, format, value)
  }
}

export const checks: Checks = {
  published,
  compactsize: everyWidth('compactsize'),
  varint: everyWidth('varint'),
  truncated,
  follows,
  shortest,
  endless,
  range,
}
