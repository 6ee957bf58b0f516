// Exercise 2.1: Integers on the wire. Write encode and decode, then check.

/** CompactSize is Bitcoin's format, varint the one of libp2p. */
export type Format = 'compactsize' | 'varint'

/** Return `value` as bytes, as few as the format allows. Throw an Error if the format has no encoding for it. */
export function encode({ format, value }: { format: Format; value: bigint }): { bytes: Buffer } {
  throw new Error('encode is not written yet')
}

/**
 * Return the integer that `bytes` begin with, and its length in bytes. Return { value: null } while bytes are missing, and
 * throw an Error if no further bytes can make it valid. What follows the integer is not yours: do not read it.
 */
export function decode({
  format,
  bytes,
}: {
  format: Format
  bytes: Buffer
}): { value: bigint; length: number } | { value: null } {
  throw new Error('decode is not written yet')
}
