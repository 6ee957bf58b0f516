/**
 * The payload of Bitcoin's `version` message: what a node says of itself when it meets another one. Integers are little-endian, except the ports.
 *
 *      4  protocol version, signed            8  nonce
 *      8  services, a bit each                1  user agent: its length as CompactSize, then so many bytes
 *      8  time, seconds since 1970            4  height of the best block, signed
 *     26  address of the receiver             1  relay: whether to announce transactions; left out by old nodes
 *     26  address of the sender
 *
 * An address is services (8), an IPv6 address (16) and a port (2, big-endian). Both are written as zeros: nobody can trust them.
 */

export interface VersionMessage {
  version: number
  services: bigint
  /** Seconds since 1970. */
  time: number
  nonce: bigint
  userAgent: string
  height: number
  relay: boolean
}

/** What stands in front of the user agent. */
const FIXED = 80
const NONCE = 72
/** Bitcoin Core, src/net.h: MAX_SUBVERSION_LENGTH, in bytes. */
const MAX_USER_AGENT = 256

/** Left out: no services, the time of now, and relay. Throws a RangeError where a number does not fit its field. */
export function encodeVersion({
  version,
  services = 0n,
  time = Math.floor(Date.now() / 1000),
  nonce,
  userAgent,
  height,
  relay = true,
}: Pick<VersionMessage, 'version' | 'nonce' | 'userAgent' | 'height'> & Partial<VersionMessage>): Buffer {
  const fixed = Buffer.alloc(FIXED)
  fixed.writeInt32LE(version, 0)
  fixed.writeBigUInt64LE(services, 4)
  fixed.writeBigInt64LE(BigInt(time), 12)
  fixed.writeBigUInt64LE(nonce, NONCE)
  const agent = Buffer.from(userAgent)
  const tail = Buffer.alloc(5)
  tail.writeInt32LE(height, 0)
  tail.writeUInt8(relay ? 1 : 0, 4)
  return Buffer.concat([fixed, compactSize(agent.length), agent, tail])
}

/** A user agent that is too long is written all the same: what to make of it is the receiver's business. */
function compactSize(length: number): Buffer {
  if (length < 0xfd) return Buffer.of(length)
  const bytes = Buffer.of(0xfd, 0, 0)
  bytes.writeUInt16LE(length, 1)
  return bytes
}

/**
 * Bytes behind the last field are not looked at: a newer node may have more to say. Throws an Error with a sentence where the payload is too
 * short, or the user agent longer than 256 bytes.
 */
export function decodeVersion(payload: Uint8Array): VersionMessage {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  const [start, length] = userAgentIn(bytes)
  const end = start + length
  if (bytes.length < end + 4) throw tooShort(bytes.length)
  return {
    version: bytes.readInt32LE(0),
    services: bytes.readBigUInt64LE(4),
    time: Number(bytes.readBigInt64LE(12)),
    nonce: bytes.readBigUInt64LE(NONCE),
    userAgent: bytes.toString('utf8', start, end),
    height: bytes.readInt32LE(end),
    relay: bytes.length === end + 4 || bytes[end + 4] !== 0,
  }
}

/** Where it begins, and how many bytes it has. */
function userAgentIn(bytes: Buffer): [start: number, length: number] {
  const first = bytes[FIXED]
  if (first === undefined) throw tooShort(bytes.length)
  if (first < 0xfd) return [FIXED + 1, first]
  if (first > 0xfd) throw tooLong('65,536 bytes or more')
  if (bytes.length < FIXED + 3) throw tooShort(bytes.length)
  const length = bytes.readUInt16LE(FIXED + 1)
  if (length > MAX_USER_AGENT) throw tooLong(`${length} bytes`)
  if (length < 0xfd) throw new Error('the length of the user agent takes more bytes than it needs.')
  return [FIXED + 3, length]
}

const tooShort = (length: number) => new Error(`a version payload ends too early, after ${length} bytes.`)

const tooLong = (length: string) =>
  new Error(`a user agent of ${length} is too long: at most ${MAX_USER_AGENT} bytes are allowed.`)
