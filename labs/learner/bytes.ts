/** Bytes are lower-case hex strings on the control channel, and Buffers in the learner's functions. */

/** A copy of the arguments in which each value under the key `bytes` is a Buffer. */
export function withBuffers(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      key === 'bytes' && typeof value === 'string' ? Buffer.from(value, 'hex') : value,
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
