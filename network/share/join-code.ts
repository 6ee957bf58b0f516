/**
 * The code with which another computer joins a shared network: short enough to be typed, and so long that it says where to dial and whom
 * to expect there. Its format is in docs/contract.md.
 */
import { createHash } from 'node:crypto'

export interface JoinCode {
  /** IPv4, dotted. */
  host: string
  /** 1 to 65535. */
  port: number
  /** Of the node that answers there; see `fingerprint`. */
  fingerprint: string
}

const VERSION = 1
/** Bytes of the fingerprint: 80 bits. To pass for the node somebody would have to make about 2^80 keys. */
const FINGERPRINT_BYTES = 10
/** Bytes that say whether the code was mistyped: one mistake in 16 million is not noticed. */
const CHECK_BYTES = 3
const BYTES = 1 + 4 + 2 + FINGERPRINT_BYTES + CHECK_BYTES
const LENGTH = (BYTES * 8) / 5
/** Crockford's base 32: without I, L, O and U, of which the first three are read as 1, 1 and 0. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()

/** The first 80 bits of the SHA-256 of a peer id in its text form, as lower-case hex. */
export const fingerprint = (peerId: string): string =>
  sha256(peerId).subarray(0, FINGERPRINT_BYTES).toString('hex')

/** Eight groups of four characters. The values must be those that `JoinCode` allows. */
export function writeJoinCode({ host, port, fingerprint }: JoinCode): string {
  const head = Buffer.alloc(BYTES - CHECK_BYTES)
  head[0] = VERSION
  host.split('.').forEach((part, i) => (head[1 + i] = Number(part)))
  head.writeUInt16BE(port, 5)
  head.write(fingerprint, 7, 'hex')
  const bits = BigInt(`0x${Buffer.concat([head, checkOf(head)]).toString('hex')}`)
  const characters = Array.from(
    { length: LENGTH },
    (_, i) => ALPHABET[Number((bits >> BigInt(5 * (LENGTH - 1 - i))) & 31n)],
  )
  return characters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

/** What people and programs put between the groups: spaces, and hyphens of all kinds, also those that word processors make of them. */
const BETWEEN = /[\s\p{Pd}\p{Cf}\u2212_.,]/gu

/** What the code says, or one sentence about what is wrong with it. Lower case, spaces and hyphens of any kind do not matter. */
export function readJoinCode(text: string): JoinCode | { problem: string } {
  const typed = text
    .normalize('NFKC')
    .replace(BETWEEN, '')
    .toUpperCase()
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  if (typed.length !== LENGTH)
    return { problem: `A join code has ${LENGTH} letters and digits, but this one has ${typed.length}.` }
  const odd = [...typed].find(character => !ALPHABET.includes(character))
  if (odd !== undefined)
    return {
      problem: `"${odd}" cannot occur in a join code. Compare it with the code shown on the other computer.`,
    }
  const bits = [...typed].reduce((sum, character) => (sum << 5n) | BigInt(ALPHABET.indexOf(character)), 0n)
  const bytes = Buffer.from(bits.toString(16).padStart(BYTES * 2, '0'), 'hex')
  const head = bytes.subarray(0, BYTES - CHECK_BYTES)
  if (!checkOf(head).equals(bytes.subarray(-CHECK_BYTES)))
    return { problem: 'The join code is mistyped. Compare it with the code shown on the other computer.' }
  if (head[0] !== VERSION)
    return {
      problem: `The join code has version ${head[0]}, but this P2P Lab supports version ${VERSION}. Update P2P Lab.`,
    }
  const host = [...head.subarray(1, 5)].join('.')
  const port = head.readUInt16BE(5)
  if (port === 0 || head[1] === 0 || head[1]! >= 224)
    return { problem: `The join code does not contain the address of a computer (${host}:${port}).` }
  return { host, port, fingerprint: head.subarray(7).toString('hex') }
}

const checkOf = (head: Uint8Array) => sha256(head).subarray(0, CHECK_BYTES)
