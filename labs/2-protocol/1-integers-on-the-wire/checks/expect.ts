/** Asking for one encoding or decoding, and the likely misconception behind what came instead. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { encodeInteger, FORMATS, LARGEST, type Format } from '../../shared/integers.ts'

const { encode, decode } = exercise.ops

const NAMES: Readonly<Record<Format, string>> = { compactsize: 'CompactSize', varint: 'varint' }

/** As in "the CompactSize 515". */
const named = (format: Format, value: bigint) => `the ${NAMES[format]} ${value}`

export async function expectEncoded(t: CheckContext, format: Format, value: bigint, expected: Buffer) {
  t.doing(`The checker asked for ${named(format, value)} as bytes.`)
  const { bytes } = await t.call(encode, { format, value })
  if (bytes.equals(expected)) return
  t.fail({
    op: encode.name,
    expected: `${hex(expected)}.`,
    got: `${hex(bytes)}.`,
    hint: encodingMistake(format, value, expected, bytes),
    bytes: { expected, actual: bytes },
  })
}

/** Fails unless the bytes decode to the value, also with `tail` behind them. */
export async function expectDecoded(
  t: CheckContext,
  format: Format,
  value: bigint,
  bytes: Buffer,
  tail: Buffer = Buffer.alloc(0),
) {
  const behind = tail.length === 0 ? '' : `, with ${count(tail.length, 'byte')} behind it`
  t.doing(`The checker gave the ${NAMES[format]} ${hex(Buffer.concat([bytes, tail]))} to decode${behind}.`)
  const got = await t.call(decode, { format, bytes: Buffer.concat([bytes, tail]) })
  if (got.value === value && got.length === bytes.length) return
  t.fail({
    op: decode.name,
    expected: `the value ${value} and the length ${bytes.length}.`,
    got:
      got.value === null
        ? 'null, which asks for more bytes.'
        : `the value ${got.value} and ${got.length === undefined ? 'no length' : `the length ${got.length}`}.`,
    hint: decodingMistake({ format, value, bytes, tail }, got),
  })
}

export async function expectMore(t: CheckContext, format: Format, whole: Buffer, length: number) {
  const bytes = whole.subarray(0, length)
  t.doing(
    `The checker gave ${length === 0 ? 'no bytes' : `only ${hex(bytes)}`} of the ${NAMES[format]} ${hex(whole)} to decode.`,
  )
  const { result, error } = await t.ask(decode, { format, bytes })
  if (result?.value === null) return
  t.fail({
    op: decode.name,
    expected: 'the value null: the rest can still arrive.',
    got: result === undefined ? `an error: ${error}.` : `the value ${result.value}.`,
    hint:
      result === undefined
        ? 'does your program read behind the end of the bytes? What has not arrived yet is not a mistake: look at the number of bytes before you read them.'
        : 'does your program take bytes behind the end for zero? Compare the number of bytes that have arrived with the number that the integer takes.',
  })
}

export async function expectRefused(
  t: CheckContext,
  format: Format,
  bytes: Buffer,
  { why, hint }: { why: string; hint: string },
) {
  t.doing(`The checker gave the bytes ${hex(bytes)} to decode as a ${NAMES[format]}: ${why}.`)
  const { result } = await t.ask(decode, { format, bytes })
  if (result === undefined) return
  t.fail({
    op: decode.name,
    expected: 'an error.',
    got: result.value === null ? 'null, which asks for more bytes.' : `the value ${result.value}.`,
    hint,
  })
}

export async function expectNoEncoding(t: CheckContext, format: Format, value: bigint) {
  t.doing(`The checker asked for ${named(format, value)} as bytes.`)
  const { result } = await t.ask(encode, { format, value })
  if (result === undefined) return
  t.fail({
    op: encode.name,
    expected: `an error: a ${NAMES[format]} holds integers from 0 to ${LARGEST[format]}.`,
    got: `${hex(result.bytes)}.`,
    hint: 'does encode look whether the value fits? Cut to 64 bits, it would arrive as another value, and nobody would notice.',
  })
}

const hex = (bytes: Buffer): string =>
  bytes.length === 0 ? 'no bytes' : [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(' ')

const NUMBER = `does the value pass through a floating-point number${inNode(', as a Number is')}? It holds every integer only up to 2^53.${inNode(' Keep it a bigint.')}`
const SHIFTS = `do you compute with 32 bits only?${inNode(' In JavaScript, << and | cut Numbers to 32 bits. With a bigint they do not.')}`
const ENDIAN =
  'in which order are the bytes? Both formats are little-endian: the least significant part comes first.'

const rounded = (value: bigint): bigint => BigInt(Number(value))

function encodingMistake(format: Format, value: bigint, expected: Buffer, actual: Buffer): string {
  const is = (other: bigint) => other !== value && other >= 0n && actual.equals(encodeInteger(format, other))
  const other = FORMATS.find(other => other !== format)!
  if (actual.length === 0) return 'does encode return the bytes that it made?'
  if (is(rounded(value))) return NUMBER
  if (is(BigInt.asUintN(32, value))) return SHIFTS
  if (actual.equals(bigEndian(expected, format))) return ENDIAN
  if (actual.equals(encodeInteger(other, value)))
    return 'does your program look at format? It says which of the two is asked for.'
  if (format === 'compactsize') return compactSizeMistake(expected, actual)
  if (actual.length === expected.length && actual.at(-1)! >= 0x80)
    return 'is the top bit of the last byte 0? It says that no byte follows.'
  if (actual.length > expected.length)
    return 'is there a group of seven zero bits too much at the end? Stop when nothing is left of the value.'
  return 'do you take seven bits for each byte, the least significant first, and set the top bit of every byte but the last?'
}

function compactSizeMistake(expected: Buffer, actual: Buffer): string {
  if (expected.subarray(1).equals(actual))
    return 'is the first byte missing? From 253 on, it says how many bytes follow: fd, fe or ff.'
  if (actual.length !== expected.length)
    return 'where does the next width begin? One byte is enough up to 252, three up to 65535, five up to 4294967295.'
  return 'from 253 on, the first byte is fd, fe or ff, and 2, 4 or 8 bytes follow, the least significant first.'
}

/** What the bytes are with the order of their parts turned round. */
function bigEndian(bytes: Buffer, format: Format): Buffer {
  if (format === 'compactsize')
    return Buffer.concat([bytes.subarray(0, 1), Buffer.from(bytes.subarray(1)).reverse()])
  const groups = [...bytes].map(byte => byte & 0x7f).reverse()
  return Buffer.from(groups.map((group, i) => (i < groups.length - 1 ? group | 0x80 : group)))
}

interface Question {
  format: Format
  value: bigint
  bytes: Buffer
  tail: Buffer
}

function decodingMistake(
  { format, value, bytes, tail }: Question,
  got: { value: bigint | null; length?: number },
): string {
  if (got.value === null)
    return 'does your program wait for a byte too many? Compare the number of bytes that are there with the number that the integer takes.'
  if (got.value === value) {
    return got.length === bytes.length + tail.length
      ? 'is length the number of all bytes? It is the number of those that the integer takes, the first byte included.'
      : 'does length count all bytes of the integer, also the first one?'
  }
  if (got.value < 0n)
    return 'do you read the integer as a signed one? Both formats know no negative values: read it as an unsigned one.'
  if (got.value === rounded(value)) return NUMBER
  if (got.value === BigInt.asUintN(32, value) || got.value === BigInt.asUintN(31, value)) return SHIFTS
  if (format === 'compactsize' && got.value === BigInt(`0x${bytes.subarray(1).toString('hex') || '0'}`))
    return ENDIAN
  if (tail.length > 0)
    return 'does your program read the bytes behind the integer, too? They belong to what comes next.'
  return format === 'varint'
    ? 'does each byte add seven bits, the first byte the lowest? The top bit is not a part of the value.'
    : 'does the first byte tell how many bytes follow: fd 2, fe 4, ff 8? Below fd it is the value itself.'
}
