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
