/** What a learner's file can import from 'p2plab'. It ships with the lab workspace as types; the runner brings the code. */

/**
 * Tells the checker that something happened, where an exercise asks for it. Bytes (a Buffer or Uint8Array anywhere
 * in `data`) are sent as hex.
 *
 *     emit('delivered', { id, bytes })
 */
export function emit(event: string, data?: unknown): void

/**
 * Takes an address apart: '127.0.0.1:4001' or '[::1]:4001'. Throws an Error that says what is wrong with it
 * when it is none.
 *
 *     const { host, port } = parseAddress(peer)
 */
export function parseAddress(address: string): { host: string; port: number }

/**
 * A CBOR value (RFC 8949) of exercise 2.3: an integer from -2^64 to 2^64 - 1, bytes, text, true, false, null, an array, or a map
 * whose keys are values, too.
 */
export type CborValue =
  bigint | Uint8Array | string | boolean | null | CborValue[] | Map<CborValue, CborValue>

/**
 * The value that a text in CBOR's diagnostic notation stands for. Throws an Error that says where it is none.
 *
 *     parseDiagnostic(`{1: "one", h'0aff': [true, null]}`)
 */
export function parseDiagnostic(text: string): CborValue

/** A value in CBOR's diagnostic notation, in one line. Throws an Error that says which part is no CborValue. */
export function formatDiagnostic(value: CborValue): string

/** What a Bitcoin node says of itself in its `version` message (exercise 2.4). */
export interface VersionMessage {
  /** The newest version of the protocol that it speaks. */
  version: number
  /** What it offers, a bit each. */
  services: bigint
  /** Its clock, in seconds since 1970. */
  time: number
  /** A random number from 0 to 2^64 - 1. */
  nonce: bigint
  /** Its software, such as '/Satoshi:22.0.0/'. */
  userAgent: string
  /** The height of its best block. */
  height: number
  /** Whether it wants to hear of transactions. */
  relay: boolean
}

/**
 * The payload of a `version` message. Without them, `services` is 0n, `time` is now, and `relay` is true. The two addresses in the payload are zeros,
 * because nobody relies on them.
 *
 *     encodeVersion({ version: 70016, nonce, userAgent: '/p2plab:2.4/', height: 0 })
 */
export function encodeVersion(
  fields: Pick<VersionMessage, 'version' | 'nonce' | 'userAgent' | 'height'> & Partial<VersionMessage>,
): Buffer

/**
 * The fields of a `version` payload. Ignores bytes behind the last field. Throws an Error if the payload is too short, or if its user agent has more
 * than 256 bytes.
 */
export function decodeVersion(payload: Uint8Array): VersionMessage
