/** The likely misconception behind lines that are not the expected ones. */
import { inNode } from '../../../check/kit/finding.ts'
import { HEADER, lines } from '../../shared/multistream.ts'

/** Undefined where the bytes say nothing. */
export function lineMistake(
  texts: readonly string[],
  actual: Buffer,
  op: 'listen' | 'dial',
): string | undefined {
  const begins = (bytes: Uint8Array) =>
    bytes.length > 0 && actual.length >= bytes.length && actual.subarray(0, bytes.length).equals(bytes)
  const first = texts[0]!
  const text = Buffer.from(first)
  if (actual.length === 0) return nothing(texts, op)
  if (first !== HEADER && begins(lines(HEADER)))
    return 'do you send the header once for each connection, and only as the first line?'
  if (begins(Buffer.concat([Buffer.of(text.length), text, Buffer.from('\n')])))
    return 'does the length count the newline? It is the number of all bytes that follow.'
  if (first.length < text.length && begins(Buffer.concat([Buffer.of(first.length + 1), text])))
    return `does the length count bytes? A character can take more than one of them${inNode(': Buffer.from(text).length, not text.length')}.`
  if (begins(Buffer.concat([Buffer.of(text.length), text])))
    return 'does every line end with a newline (0a)? The length counts it.'
  if (begins(text)) return 'is the length in front of the line, as a varint?'
  if (begins(Buffer.of(0, 0, 0)) || begins(Buffer.of(0, text.length + 1)))
    return 'is the length a varint? A length below 128 takes a single byte.'
  return undefined
}

function nothing(texts: readonly string[], op: 'listen' | 'dial'): string | undefined {
  if (texts[0] !== HEADER) return undefined
  return op === 'listen'
    ? 'do you send the header as soon as a peer has connected? Neither side waits for the header of the other: two that wait would wait for ever.'
    : 'do you send the header as soon as you are connected? Neither side waits for the header of the other: two that wait would wait for ever.'
}
