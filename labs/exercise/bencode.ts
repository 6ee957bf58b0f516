/**
 * Bencode (BEP 3), which BitTorrent writes everything in, the messages of its DHT included.
 *
 *     i-3e             an integer            4:spam           four bytes, whatever they are
 *     l4:spami7ee      a list                d1:ai1e1:bi2ee   a dictionary: its keys are bytes, and sorted
 *
 * Strings are bytes, never text: an id decoded as UTF-8 is another id. So bytes are decoded to Buffers, and the keys of a dictionary to strings
 * with a character for each byte ('latin1'), which is the same as text for the keys that protocols have.
 */

export type BencodeValue =
  | number
  | string
  | Uint8Array
  | readonly BencodeValue[]
  | { readonly [key: string]: BencodeValue | undefined }

/** What comes out of `decodeBencode`: strings are Buffers. */
export type Decoded = number | Buffer | Decoded[] | DecodedDictionary
/** It has no prototype, so that a key such as `__proto__` is one like all others. */
export interface DecodedDictionary {
  [key: string]: Decoded | undefined
}

/** How deep lists and dictionaries may be nested: as in libtorrent, include/libtorrent/bdecode.hpp, depth_limit. */
const MOST_DEPTH = 100

/**
 * A string is written as UTF-8, an entry that is undefined is left out. Throws a TypeError with a sentence for everything that bencode cannot
 * write: fractions, integers beyond 2^53 - 1, true, null, and keys with characters above 255.
 */
export function encodeBencode(value: BencodeValue): Buffer {
  const parts: Buffer[] = []
  write(value, parts, 0)
  return Buffer.concat(parts)
}

function write(value: unknown, parts: Buffer[], depth: number): void {
  if (depth > MOST_DEPTH)
    throw new TypeError(`a value nested deeper than ${MOST_DEPTH} levels is not written.`)
  if (typeof value === 'string') writeBytes(Buffer.from(value), parts)
  else if (value instanceof Uint8Array) writeBytes(value, parts)
  else if (typeof value === 'number' && Number.isSafeInteger(value)) parts.push(Buffer.from(`i${value}e`))
  else if (Array.isArray(value)) {
    parts.push(Buffer.from('l'))
    for (const item of value) write(item, parts, depth + 1)
    parts.push(Buffer.from('e'))
  } else if (isDictionary(value)) writeDictionary(value, parts, depth)
  else throw new TypeError(`${describe(value)} cannot be written in bencode: ${WRITABLE}.`)
}

const WRITABLE = 'expected an integer up to 2^53 - 1, bytes, a string, an array or an object'

function writeBytes(bytes: Uint8Array, parts: Buffer[]): void {
  parts.push(Buffer.from(`${bytes.length}:`), Buffer.from(bytes))
}

function writeDictionary(dictionary: Record<string, unknown>, parts: Buffer[], depth: number): void {
  const entries = Object.entries(dictionary)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [keyBytes(key), value] as const)
    .sort(([one], [other]) => Buffer.compare(one, other))
  parts.push(Buffer.from('d'))
  for (const [key, value] of entries) {
    writeBytes(key, parts)
    write(value, parts, depth + 1)
  }
  parts.push(Buffer.from('e'))
}

function keyBytes(key: string): Buffer {
  const bytes = Buffer.from(key, 'latin1')
  if (bytes.toString('latin1') !== key) {
    throw new TypeError(
      `the key ${JSON.stringify(key)} cannot be written in bencode: its characters are bytes, from 0 to 255.`,
    )
  }
  return bytes
}

/** A plain object: a Map or a Date has entries of its own that would be lost. */
function isDictionary(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return `${value}`
  return typeof value === 'object' ? 'this object' : `a value of the type ${typeof value}`
}

/**
 * The value that these bytes are, all of them. Throws an Error with a sentence where they are none: cut off, with bytes behind the value, a key
 * twice, an integer beyond 2^53 - 1 or written in another way than BEP 3 allows (`i03e`, `i-0e`), or nested deeper than 100 levels. Keys
 * that are not sorted are accepted, because there are programs that send them.
 */
export function decodeBencode(bytes: Uint8Array): Decoded {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const value = reader.value(0)
  reader.end()
  return value
}

const COLON = ':'.charCodeAt(0)
const END = 'e'.charCodeAt(0)

/** Longest numbers: of a length, because no datagram or file has more, and of an integer of 2^53 with its sign. */
const MOST_LENGTH_DIGITS = 10
const MOST_INTEGER_DIGITS = 17

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  value(depth: number): Decoded {
    if (depth > MOST_DEPTH)
      throw new Error(`bencode nested deeper than ${MOST_DEPTH} levels, at byte ${this.#at}.`)
    switch (String.fromCharCode(this.#bytes[this.#at] ?? 0)) {
      case 'i':
        return this.#integer()
      case 'l':
        return this.#list(depth)
      case 'd':
        return this.#dictionary(depth)
      default:
        return this.#string()
    }
  }

  end(): void {
    const left = this.#bytes.length - this.#at
    if (left > 0)
      throw new Error(`there are bytes behind the bencoded value: ${left}, from byte ${this.#at} on.`)
  }

  #integer(): number {
    const start = this.#at++
    const digits = this.#until(END, MOST_INTEGER_DIGITS)
    const integer = Number(digits)
    if (!/^(0|-?[1-9]\d*)$/.test(digits) || !Number.isSafeInteger(integer))
      throw this.#fault('an integer', start)
    return integer
  }

  #string(): Buffer {
    const start = this.#at
    const digits = this.#until(COLON, MOST_LENGTH_DIGITS)
    if (!/^(0|[1-9]\d*)$/.test(digits)) throw this.#fault('a value', start)
    const end = this.#at + Number(digits)
    if (end > this.#bytes.length) {
      throw new Error(
        `bencode is cut off: a string of ${digits} bytes at byte ${start}, of which ${this.#bytes.length - this.#at} are there.`,
      )
    }
    // A copy: a view would keep the whole datagram alive for an id of twenty bytes.
    const string = Buffer.from(this.#bytes.subarray(this.#at, end))
    this.#at = end
    return string
  }

  #list(depth: number): Decoded[] {
    this.#at++
    const items: Decoded[] = []
    while (!this.#ends()) items.push(this.value(depth + 1))
    return items
  }

  #dictionary(depth: number): DecodedDictionary {
    this.#at++
    const dictionary = Object.create(null) as DecodedDictionary
    while (!this.#ends()) {
      const start = this.#at
      const key = this.#string().toString('latin1')
      if (key in dictionary)
        throw new Error(`bencode has the key ${JSON.stringify(key)} twice in a dictionary, at byte ${start}.`)
      dictionary[key] = this.value(depth + 1)
    }
    return dictionary
  }

  /** Whether a list or dictionary ends here; then its `e` is taken. */
  #ends(): boolean {
    if (this.#at >= this.#bytes.length) throw this.#fault('a value or "e"', this.#at)
    if (this.#bytes[this.#at] !== END) return false
    this.#at++
    return true
  }

  /** The text up to this byte, which is taken, too. */
  #until(byte: number, most: number): string {
    const start = this.#at
    const end = this.#bytes.subarray(0, start + most + 1).indexOf(byte, start)
    if (end < 0) throw this.#fault(byte === END ? 'an integer that ends with "e"' : 'a value', start)
    this.#at = end + 1
    return this.#bytes.toString('latin1', start, end)
  }

  #fault(expected: string, at: number): Error {
    const got = this.#bytes.subarray(at, at + 12)
    const told = got.length === 0 ? 'the end' : JSON.stringify(got.toString('latin1'))
    return new Error(`expected ${expected} in bencode at byte ${at}, got ${told}.`)
  }
}
