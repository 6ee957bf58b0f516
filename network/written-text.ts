/**
 * Reads what people write, redirect and pipe: the one place that knows how a text may be encoded. UTF-8 it is to be; the mark that some
 * editors and shells put before it is no part of it, and UTF-16, which older shells of Windows write, is called by its name.
 *
 * Imports Node's own modules only: the runner of a learner's file asks, too.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const MARK = '\uFEFF'

/** Its message is a sentence without its subject and its full stop: "it is a UTF-16 text; save it as UTF-8". */
export class WrongEncoding extends Error {
  constructor(message = 'it is a UTF-16 file; save it as UTF-8') {
    super(message)
    this.name = 'WrongEncoding'
  }
}

/** By its mark, or because its first character is one of ASCII: a text has no zero bytes otherwise. Two bytes are enough. */
export function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return false
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  return (first === 0) !== (second === 0)
}

/** How many bytes of a program's output it takes to know. */
export const OUTPUT_HEAD = 4

/** Of what a program prints first, which need not be text: a mark and a character of ASCII, or the beginning of an object. */
export const isUtf16Output = (bytes: Uint8Array): boolean =>
  /^(\xff\xfe[\t\n\r -~]\0|\xfe\xff\0[\t\n\r -~]|\{\0"\0|\0\{\0")/.test(
    Buffer.from(bytes.subarray(0, OUTPUT_HEAD)).toString('latin1'),
  )

/** @throws WrongEncoding. Bytes that are no UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  if (isUtf16(bytes)) throw new WrongEncoding()
  return withoutMark(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}

/** For what was decoded elsewhere, as the first line of a stream. */
export const withoutMark = (text: string): string => (text.startsWith(MARK) ? text.slice(1) : text)

/** @throws WrongEncoding, and the system's error. */
export const readWritten = async (file: string): Promise<string> => textOf(await readFile(file))

/** @throws WrongEncoding, and the system's error. */
export const readWrittenSync = (file: string): string => textOf(readFileSync(file))
