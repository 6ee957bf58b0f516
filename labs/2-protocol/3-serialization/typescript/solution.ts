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
function eachItem(
  bytes: Buffer,
  at: number,
  count: bigint | undefined,
  step: (at: number) => number,
): number {
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

/** A head in its shortest form. */
function head(kind: number, number: bigint): Buffer {
  if (number < 24n) return Buffer.of((kind << 5) | Number(number))
  const info = number < 1n << 8n ? 24 : number < 1n << 16n ? 25 : number < 1n << 32n ? 26 : 27
  const digits = number.toString(16).padStart(2 * 2 ** (info - 24), '0')
  return Buffer.concat([Buffer.of((kind << 5) | info), Buffer.from(digits, 'hex')])
}

/** The deterministic encoding (RFC 8949, section 4.2.1). */
function encodeValue(value: CborValue): Buffer {
  if (value === false) return Buffer.of(0xf4)
  if (value === true) return Buffer.of(0xf5)
  if (value === null) return Buffer.of(0xf6)
  if (typeof value === 'bigint') return value < 0n ? head(NEGATIVE, -1n - value) : head(UNSIGNED, value)
  if (typeof value === 'string') {
    // Count the bytes, not the characters.
    const bytes = Buffer.from(value, 'utf8')
    return Buffer.concat([head(TEXT, BigInt(bytes.length)), bytes])
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(BYTES, BigInt(value.length)), value])
  if (Array.isArray(value))
    return Buffer.concat([head(ARRAY, BigInt(value.length)), ...value.map(encodeValue)])
  const entries = [...value].map(([key, item]) => [encodeValue(key), encodeValue(item)] as const)
  // By the bytes of the encoded keys.
  entries.sort(([a], [b]) => Buffer.compare(a, b))
  return Buffer.concat([head(MAP, BigInt(entries.length)), ...entries.flat()])
}

interface Item {
  value: CborValue
  /** Where the next item begins. */
  end: number
}

function decodeValue(bytes: Buffer): CborValue {
  const { value, end } = decodeItem(bytes, 0, 0)
  if (end < bytes.length) throw new Error('bytes follow the value')
  return value
}

function decodeItem(bytes: Buffer, at: number, depth: number): Item {
  const { kind, number, end } = readHead(bytes, at)
  if (kind === ARRAY || kind === MAP) {
    // `depth` of them are around this one.
    if (depth === MAX_DEPTH) throw new Error('nested too deeply')
    const items: CborValue[] = []
    const next = eachItem(bytes, end, kind === MAP ? number && 2n * number : number, at => {
      const item = decodeItem(bytes, at, depth + 1)
      items.push(item.value)
      return item.end
    })
    return { value: kind === ARRAY ? items : toMap(items), end: next }
  }
  if (kind === BYTES || kind === TEXT) return decodeString(bytes, at)
  // Only strings, arrays and maps can have an indefinite length.
  if (number === undefined) throw new Error('a head that no item has')
  if (kind === UNSIGNED) return { value: number, end }
  if (kind === NEGATIVE) return { value: -1n - number, end }
  if (kind === SIMPLE && end === at + 1) {
    if (number === 20n || number === 21n) return { value: number === 21n, end }
    if (number === 22n) return { value: null, end }
  }
  throw new Error(kind === TAG ? 'a tag' : 'a float or another simple value')
}

/** fatal: invalid UTF-8 throws. ignoreBOM: a byte order mark is a character like any other. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeString(bytes: Buffer, at: number): Item {
  const { kind, number, end } = readHead(bytes, at)
  const decode = (part: Buffer) => (kind === TEXT ? utf8.decode(part) : part)
  if (number !== undefined) {
    const last = end + Number(number)
    if (last > bytes.length) throw new Error('the bytes end too early')
    return { value: decode(bytes.subarray(end, last)), end: last }
  }
  // Pieces of the same kind, each with a length of its own, and each whole UTF-8.
  const pieces: CborValue[] = []
  const next = eachItem(bytes, end, undefined, at => {
    const piece = readHead(bytes, at)
    if (piece.kind !== kind || piece.number === undefined) throw new Error('a piece of another kind')
    const item = decodeString(bytes, at)
    pieces.push(item.value)
    return item.end
  })
  return { value: kind === TEXT ? pieces.join('') : Buffer.concat(pieces as Buffer[]), end: next }
}

function toMap(items: CborValue[]): CborValue {
  const map = new Map<CborValue, CborValue>()
  // Two arrays or two Buffers are never the same key to a Map: compare what they are encoded as.
  const seen = new Set<string>()
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]!
    seen.add(encodeValue(key).toString('hex'))
    if (i + 1 >= items.length) throw new Error('a key without a value')
    map.set(key, items[i + 1]!)
  }
  if (seen.size < items.length / 2) throw new Error('a key that is there twice')
  return map
}

function updateRecord(bytes: Buffer, set: Map<CborValue, CborValue>): Buffer {
  const { kind, number, end } = readHead(bytes, 0)
  if (kind !== MAP) throw new Error('not a map')
  // By the shortest encoding of their keys, whatever form a key has in the record.
  const entries = new Map<string, Buffer>()
  const next = eachItem(bytes, end, number, at => {
    const key = decodeItem(bytes, at, 1)
    const last = skip(bytes, key.end, 1)
    const name = encodeValue(key.value).toString('hex')
    if (entries.has(name)) throw new Error('a key that is there twice')
    // Key and value stay as they are, whatever they are.
    entries.set(name, bytes.subarray(at, last))
    return last
  })
  if (next < bytes.length) throw new Error('bytes follow the map')
  for (const [key, value] of set) {
    const encoded = encodeValue(key)
    entries.set(encoded.toString('hex'), Buffer.concat([encoded, encodeValue(value)]))
  }
  return Buffer.concat([head(MAP, BigInt(entries.size)), ...entries.values()])
}

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
