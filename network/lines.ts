/** Lines out of a stream that comes in chunks: the one place that knows line ends, and that no line may fill the memory. */
import { OUTPUT_HEAD, withoutMark, WrongEncoding } from './written-text.ts'

export interface Line {
  /** Without its end, which is \n or \r\n. */
  text: string
  /** False: the line is longer than the limit. This is a part of it, and the next `Line` goes on with it. */
  ends: boolean
}

export interface LineSplitter {
  /** What the chunk completes. @throws WrongEncoding */
  push(chunk: Uint8Array): Line[]
  /** What came since the last line end, at most `limit` bytes; empty when nothing did. */
  rest(): string
}

/**
 * `limit` in bytes, without the line end: what is kept of a line that does not end. UTF-8; a mark before the first line is left out. `isWrong`
 * looks at the first bytes, at most OUTPUT_HEAD, for another encoding.
 */
export function createLineSplitter(
  limit: number,
  isWrong: (head: Uint8Array) => boolean = () => false,
): LineSplitter {
  let head = Buffer.alloc(0)
  let begun = false
  const textOf = (bytes: Buffer): string => {
    const text = bytes.toString('utf8')
    return begun ? text : withoutMark(text)
  }
  // Parts of the unfinished line; joined only when it ends, so that many small chunks cost no more than few.
  let parts: Uint8Array[] = []
  let size = 0
  const take = (): Buffer => {
    const all = Buffer.concat(parts, size)
    parts = []
    size = 0
    return all
  }
  const add = (part: Uint8Array) => {
    if (part.length > 0) parts.push(part)
    size += part.length
  }
  return {
    push(chunk) {
      if (head.length < OUTPUT_HEAD) {
        head = Buffer.concat([head, chunk.subarray(0, OUTPUT_HEAD - head.length)])
        if (isWrong(head)) throw new WrongEncoding('it is UTF-16; send UTF-8')
      }
      const lines: Line[] = []
      for (let start = 0; start < chunk.length;) {
        const newline = chunk.indexOf(0x0a, start)
        const end = newline === -1 ? chunk.length : newline
        add(chunk.subarray(start, end))
        for (let all; size > limit; add(all.subarray(cutAt(all, limit)))) {
          all = take()
          lines.push({ text: textOf(all.subarray(0, cutAt(all, limit))), ends: false })
          begun = true
        }
        if (newline !== -1) {
          lines.push({ text: textOf(take()).replace(/\r$/, ''), ends: true })
          begun = true
        }
        start = newline === -1 ? chunk.length : newline + 1
      }
      return lines
    },
    rest: () => textOf(Buffer.concat(parts, size)),
  }
}

/** At most `limit`, and not within a character. */
function cutAt(bytes: Uint8Array, limit: number): number {
  for (let at = limit; at > 0 && at > limit - 4; at--) if ((bytes[at]! & 0xc0) !== 0x80) return at
  return limit
}
