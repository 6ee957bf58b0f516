/**
 * Block headers, and the payloads of Bitcoin's `headers` and `getheaders` messages (exercise 4.5). All integers are little-endian, and hashes are in the
 * order in which SHA-256 gives them.
 *
 *     header               headers                           getheaders
 *      4  version, signed   CompactSize: how many             4  protocol version
 *     32  hash of parent    80  header  ┐ so many            CompactSize: how many
 *     32  merkle root        1  00      ┘ times              32  hash, so many times
 *      4  time, s                                            32  hash to stop at, or zeros
 *      4  bits
 *      4  nonce
 */

export interface BlockHeader {
  version: number
  previous: Buffer
  merkleRoot: Buffer
  /** Seconds since 1970. */
  time: number
  bits: number
  nonce: number
}

export interface GetHeaders {
  locator: Buffer[]
  stop: Buffer
}

const HEADER_BYTES = 80
const HASH_BYTES = 32
/** Bitcoin Core, src/node/protocol_version.h: PROTOCOL_VERSION. Nobody reads it. */
const PROTOCOL_VERSION = 70016

/** Throws a RangeError where a number does not fit its field, and an Error where a hash has not 32 bytes. */
export function encodeHeader({ version, previous, merkleRoot, time, bits, nonce }: BlockHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.writeInt32LE(version, 0)
  bytes.set(hash(previous, 'previous'), 4)
  bytes.set(hash(merkleRoot, 'merkleRoot'), 36)
  bytes.writeUInt32LE(time, 68)
  bytes.writeUInt32LE(bits, 72)
  bytes.writeUInt32LE(nonce, 76)
  return bytes
}

/** Throws an Error unless there are 80 bytes. */
export function decodeHeader(header: Uint8Array): BlockHeader {
  if (header.length !== HEADER_BYTES)
    throw new Error(`a block header has ${HEADER_BYTES} bytes, and not ${header.length}.`)
  const bytes = asBuffer(header)
  return {
    version: bytes.readInt32LE(0),
    previous: bytes.subarray(4, 36),
    merkleRoot: bytes.subarray(36, 68),
    time: bytes.readUInt32LE(68),
    bits: bytes.readUInt32LE(72),
    nonce: bytes.readUInt32LE(76),
  }
}

/** The payload of `headers`, from headers of 80 bytes each. However many there are: what to make of them is the receiver's business. */
export function encodeHeaders(headers: readonly Uint8Array[]): Buffer {
  for (const { length } of headers)
    if (length !== HEADER_BYTES)
      throw new Error(`a block header has ${HEADER_BYTES} bytes, and not ${length}.`)
  return Buffer.concat([compactSize(headers.length), ...headers.flatMap(header => [header, Buffer.of(0)])])
}

/** The headers in the payload of `headers`, 80 bytes each. Throws an Error where bytes are missing, or a count of transactions is not 0. */
export function decodeHeaders(payload: Uint8Array): Buffer[] {
  const bytes = asBuffer(payload)
  const { count, start } = countIn(bytes, 0, HEADER_BYTES + 1)
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * (HEADER_BYTES + 1)
    if (bytes[at + HEADER_BYTES] !== 0) throw new Error('a header in a headers message has transactions.')
    // A copy: who keeps one header must not keep the whole message.
    return Buffer.from(bytes.subarray(at, at + HEADER_BYTES))
  })
}

/** The payload of `getheaders`. Without `stop`, as many headers as there are. */
export function encodeGetHeaders({
  locator,
  stop = Buffer.alloc(HASH_BYTES),
}: {
  locator: readonly Uint8Array[]
  stop?: Uint8Array
}): Buffer {
  const version = Buffer.alloc(4)
  version.writeUInt32LE(PROTOCOL_VERSION)
  return Buffer.concat([
    version,
    compactSize(locator.length),
    ...locator.map(one => hash(one, 'locator')),
    hash(stop, 'stop'),
  ])
}

/** Bytes behind the last hash are not looked at. Throws an Error where bytes are missing. */
export function decodeGetHeaders(payload: Uint8Array): GetHeaders {
  const bytes = asBuffer(payload)
  if (bytes.length < 4) throw tooShort(bytes.length)
  const { count, start } = countIn(bytes, 4, HASH_BYTES)
  const end = start + count * HASH_BYTES
  if (bytes.length < end + HASH_BYTES) throw tooShort(bytes.length)
  const hashAt = (at: number) => Buffer.from(bytes.subarray(at, at + HASH_BYTES))
  return {
    locator: Array.from({ length: count }, (_, i) => hashAt(start + i * HASH_BYTES)),
    stop: hashAt(end),
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function hash(bytes: Uint8Array, name: string): Uint8Array {
  if (bytes.length === HASH_BYTES) return bytes
  throw new Error(`${name} has ${bytes.length} bytes, where a hash has ${HASH_BYTES}.`)
}

function compactSize(count: number): Buffer {
  if (count < 0xfd) return Buffer.of(count)
  const bytes = Buffer.alloc(count <= 0xffff ? 3 : 5)
  if (count <= 0xffff) bytes.writeUInt16LE(count, 1)
  else bytes.writeUInt32LE(count, 1)
  bytes[0] = count <= 0xffff ? 0xfd : 0xfe
  return bytes
}

/** A count of so many bytes each, which must be there: nothing is made room for that has not arrived. */
function countIn(bytes: Buffer, at: number, each: number): { count: number; start: number } {
  const first = bytes[at]
  const width = first === undefined || first < 0xfd ? 0 : 2 ** (first - 0xfc)
  const start = at + 1 + width
  if (first === undefined || bytes.length < start) throw tooShort(bytes.length)
  const count =
    width === 0
      ? first
      : width === 8
        ? Number(bytes.readBigUInt64LE(at + 1))
        : bytes.readUIntLE(at + 1, width)
  if (bytes.length < start + count * each) throw tooShort(bytes.length)
  return { count, start }
}

const tooShort = (length: number) => new Error(`a payload ends too early, after ${length} bytes.`)
