/** Bytes are lower-case hex strings on the control channel, and Buffers in the learner's functions. */

/** Which arguments of which op are bytes, from the checker: JSON. Without it, those that are called `bytes`. */
const VARIABLE = 'P2PLAB_BYTES'

const named = JSON.parse(process.env[VARIABLE] || '{}') as Record<string, readonly string[]>

/** A copy of the arguments of `op` in which each value that is bytes is a Buffer. */
export function withBuffers(op: string, args: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.hasOwn(named, op) ? named[op]! : ['bytes']
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      keys.includes(key) && typeof value === 'string' ? Buffer.from(value, 'hex') : value,
    ]),
  )
}

/** JSON text in which each Buffer or Uint8Array, at any depth, is a hex string. Throws what JSON.stringify throws. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
    // Buffer has a toJSON, which is called before the replacer: look at the value itself.
    const original = this[key]
    if (!(original instanceof Uint8Array)) return item
    return Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('hex')
  })
}
