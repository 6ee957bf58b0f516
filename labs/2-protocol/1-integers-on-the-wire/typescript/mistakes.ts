import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({
  'accepts-longer-compactsize': {
    caughtBy: 'shortest',
    says: 'does decode refuse an integer that a shorter encoding can hold',
    why: 'As a CompactSize, fd 01 00 is taken for 1.',
    naive: true,
    edits: [['if (value < wide.from) throw', 'if (false) throw']],
  },
  'accepts-longer-varint': {
    caughtBy: 'shortest',
    says: 'does decode refuse an integer that a shorter encoding can hold',
    why: 'As a varint, 81 00 is taken for 1.',
    naive: true,
    edits: [['if (byte === 0 && i > 0) throw', 'if (false) throw']],
  },
  'big-endian': {
    caughtBy: 'published',
    says: 'the least significant part comes first',
    why: 'The bytes behind fd, fe and ff are big-endian, as in exercise 1.2.',
    edits: [
      [
        'bytes.writeBigUInt64LE(value, 1)\n  return bytes.subarray(0, 1 + wide.width)',
        "bytes.write(value.toString(16).padStart(2 * wide.width, '0'), 1, 'hex')\n  return bytes.subarray(0, 1 + wide.width)",
      ],
      ['let i = length - 1; i > 0; i--', 'let i = 1; i < length; i++'],
    ],
  },
  'collects-a-tenth-byte': {
    caughtBy: 'endless',
    says: 'does decode stop after nine bytes',
    why: 'Ten bytes are allowed, as in protobuf.',
    naive: true,
    edits: [['MAX_VARINT_BYTES = 9', 'MAX_VARINT_BYTES = 10']],
  },
  'cuts-to-64-bits': {
    caughtBy: 'range',
    says: 'does encode look whether the value fits',
    why: 'A value over 2^64 - 1 is cut to its lowest 64 bits.',
    edits: [
      [
        'if (value < 0n || value >= 1n << 64n) throw new RangeError(`${value} does not fit a CompactSize`)',
        'value = BigInt.asUintN(64, value)',
      ],
    ],
  },
  'encodes-64-bit-varints': {
    caughtBy: 'range',
    says: 'does encode look whether the value fits',
    why: 'A varint is taken to hold 64 bits, in ten bytes.',
    edits: [['value >= 1n << 63n', 'value >= 1n << 64n']],
  },
  'forgets-the-smallest-width': {
    caughtBy: 'published',
    says: 'where does the next width begin',
    why: 'Values up to 255 are one byte, so 253 is encoded as fd, which announces two more bytes.',
    edits: [['from: 0xfdn', 'from: 0x100n']],
  },
  'length-of-all-bytes': {
    caughtBy: 'follows',
    says: 'is length the number of all bytes',
    why: 'The length is that of the whole buffer.',
    naive: true,
    edits: [['return { value, length: i + 1 }', 'return { value, length: bytes.length }']],
  },
  'reads-missing-bytes-as-zero': {
    caughtBy: 'truncated',
    says: 'does your program read behind the end of the bytes',
    why: 'A CompactSize whose last bytes have not arrived is decoded with zeros in their places, and then looks longer than needed.',
    edits: [
      ['if (bytes.length < length) return { value: null }\n', ''],
      ['BigInt(bytes[i]!)', 'BigInt(bytes[i] ?? 0)'],
    ],
  },
  'returns-small-values-as-numbers': {
    caughtBy: 'published',
    says: 'return a bigint: 515n',
    why: 'A value that a Number holds exactly is returned as a Number, and only a larger one as a bigint.',
    edits: [
      [
        'return { value: BigInt(first), length: 1 }',
        'return { value: first as unknown as bigint, length: 1 }',
      ],
    ],
  },
  'shifts-numbers': {
    caughtBy: 'varint',
    says: '<< and | cut Numbers to 32 bits',
    why: 'The groups of a varint are put together with << of Numbers.',
    edits: [
      [
        'value |= BigInt(byte & 0x7f) << BigInt(7 * i)',
        'value = BigInt((Number(value) | ((byte & 0x7f) << (7 * i))) >>> 0)',
      ],
    ],
  },
  signed: {
    caughtBy: 'published',
    says: 'do you read the integer as a signed one',
    why: 'The eight bytes are read as a signed integer.',
    edits: [
      [
        'return { value, length }',
        'return { value: length === 9 ? BigInt.asIntN(64, value) : value, length }',
      ],
    ],
  },
  'stops-at-an-empty-group': {
    caughtBy: 'varint',
    says: 'a byte too many',
    why: 'A group of seven zero bits inside a varint (80) is taken for its end.',
    edits: [
      [
        'if (byte >= 0x80) continue',
        'if (byte > 0x80) continue\n    if (byte === 0x80) return { value: null }',
      ],
    ],
  },
  'throws-when-bytes-are-missing': {
    caughtBy: 'truncated',
    says: 'What has not arrived yet is not a mistake',
    why: 'Missing bytes are an error, as with the read methods of Buffer.',
    edits: [
      [
        'if (bytes.length < length) return { value: null }',
        "if (bytes.length < length) throw new RangeError('too short')",
      ],
    ],
  },
  'through-a-number': {
    caughtBy: 'compactsize',
    says: 'does the value pass through a floating-point number',
    why: 'The value is converted to a Number and back.',
    naive: true,
    edits: [
      [
        'const wide = WIDTHS.findLast',
        'value = BigInt(Math.min(Number(value), 2 ** 64 - 2048))\n  const wide = WIDTHS.findLast',
      ],
    ],
  },
  'top-bit-on-the-last-byte': {
    caughtBy: 'published',
    says: 'is the top bit of the last byte 0',
    why: 'Every byte of a varint gets the top bit.',
    edits: [
      ['return Buffer.of(...bytes, Number(value))', 'return Buffer.of(...bytes, Number(value) | 0x80)'],
    ],
  },
})
