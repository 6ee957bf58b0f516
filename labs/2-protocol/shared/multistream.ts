/**
 * multistream-select, the checker's side: https://github.com/libp2p/specs/blob/master/connections/README.md#multistream-select
 * A line is a varint, the length of what follows, then the text and a newline.
 */
import { varint } from './integers.ts'

export const HEADER = '/multistream/1.0.0'
/** Bytes of a line with its newline: go-multistream, multistream.go; js-libp2p, MAX_PROTOCOL_LENGTH. */
export const MAX_LINE = 1024

/** The line with its length in front. */
export function line(text: string): Buffer {
  const bytes = Buffer.from(`${text}\n`)
  return Buffer.concat([varint(BigInt(bytes.length)), bytes])
}

/** Several lines, one behind the other. */
export const lines = (...texts: readonly string[]): Buffer => Buffer.concat(texts.map(line))

/** Bytes with their length in front, whatever they are: a line without a newline, say. */
export const prefixed = (bytes: Uint8Array): Buffer => Buffer.concat([varint(BigInt(bytes.length)), bytes])
