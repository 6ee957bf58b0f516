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
