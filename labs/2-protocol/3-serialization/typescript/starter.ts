// Exercise 2.3: Serialization. Write encodeValue, decodeValue and updateRecord, then check.
import { formatDiagnostic, parseDiagnostic, type CborValue } from 'p2plab'

/** The first three bits of an item say what kind of value it is. */
const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6
const SIMPLE = 7

/** What an item begins with: its kind, five bits of `info`, and the number that these five bits or the next bytes hold. */
interface Head {
  kind: number
  info: number
  /** undefined: the length is indefinite, and the items end with a "break". */
  number: bigint | undefined
  /** Where the head ends. */
  end: number
}

/** Reads the head at `at`. Throws an Error when the bytes end before it does, or it is reserved. */
function readHead(bytes: Buffer, at: number): Head {
  const first = bytes[at]
  if (first === undefined) throw new Error('the bytes end too early')
  const kind = first >> 5
  const info = first & 0x1f
  if (info < 24) return { kind, info, number: BigInt(info), end: at + 1 }
  if (info === 31) return { kind, info, number: undefined, end: at + 1 }
  if (info > 27) throw new Error(`the additional information ${info} is reserved`)
  // 24, 25, 26 and 27: the number is in the next 1, 2, 4 or 8 bytes, the most significant first.
  const end = at + 1 + 2 ** (info - 24)
  if (end > bytes.length) throw new Error('the bytes end too early')
  return { kind, info, number: BigInt(`0x${bytes.toString('hex', at + 1, end)}`), end }
}

/** So many arrays and maps may be inside each other. */
const MAX_DEPTH = 64
/** What ends the items of an indefinite length. */
const BREAK = 0xff

/** Calls `step` with the place of each of `count` items, or up to the break. `step` returns where its item ends, eachItem where all end. */
function eachItem(bytes: Buffer, at: number, count: bigint | undefined, step: (at: number) => number): number {
  if (count === undefined) {
    while (bytes[at] !== BREAK) at = step(at)
    return at + 1
  }
  for (let i = 0n; i < count; i++) at = step(at)
  return at
}

/** Where the item at `at` ends, whatever it is: also a float, a tag or another simple value. */
function skip(bytes: Buffer, at: number, depth = 0): number {
  if (depth > MAX_DEPTH) throw new Error('nested too deeply')
  const { kind, number, end } = readHead(bytes, at)
  const inside = (at: number) => skip(bytes, at, depth + 1)
  if (kind === ARRAY) return eachItem(bytes, end, number, inside)
  if (kind === MAP) return eachItem(bytes, end, number, at => inside(inside(at)))
  if (number === undefined) {
    if (kind !== BYTES && kind !== TEXT) throw new Error('a head that no item has')
    return eachItem(bytes, end, undefined, inside)
  }
  if (kind === TAG) return inside(end)
  if (kind !== BYTES && kind !== TEXT) return end
  if (number > BigInt(bytes.length - end)) throw new Error('the bytes end too early')
  return end + Number(number)
}

/** The deterministic encoding of `value`: the shortest heads, definite lengths, sorted keys. */
function encodeValue(value: CborValue): Buffer {
  throw new Error('encodeValue is not written yet')
}

/** The value that `bytes` are. Throw an Error if they are not exactly one value. */
function decodeValue(bytes: Buffer): CborValue {
  throw new Error('decodeValue is not written yet')
}

/** The map in `bytes` with the entries of `set` in it. What `set` does not name stays as it is, byte for byte. */
function updateRecord(bytes: Buffer, set: Map<CborValue, CborValue>): Buffer {
  throw new Error('updateRecord is not written yet')
}

// The three ops. On the control channel, a value is text in diagnostic notation.

export function encode({ value }: { value: string }): { bytes: Buffer } {
  return { bytes: encodeValue(parseDiagnostic(value)) }
}

export function decode({ bytes }: { bytes: Buffer }): { value: string } {
  return { value: formatDiagnostic(decodeValue(bytes)) }
}

export function update({ bytes, set }: { bytes: Buffer; set: string }): { bytes: Buffer } {
  const entries = parseDiagnostic(set)
  if (!(entries instanceof Map)) throw new Error('set must be a map')
  return { bytes: updateRecord(bytes, entries) }
}
