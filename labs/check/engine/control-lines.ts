/** The control channel of CONTRACT.md, the checker's side: lines out of bytes, and control messages out of lines. */
import * as v from 'valibot'
import { isUtf16Output, OUTPUT_HEAD, withoutMark } from '../../../network/written-text.ts'

/** CONTRACT.md: a longer line fails the check. In bytes, without the line end. */
export const MAX_LINE_BYTES = 1024 * 1024

const id = v.pipe(v.number(), v.safeInteger())

const controlLine = v.variant('p2plab', [
  v.object({ p2plab: v.literal('ready'), contract: v.literal(1) }),
  v.object({ p2plab: v.literal('reply'), id, result: v.record(v.string(), v.unknown()) }),
  v.object({ p2plab: v.literal('error'), id, message: v.string() }),
  v.object({ p2plab: v.literal('event'), event: v.string(), data: v.optional(v.unknown()) }),
])
export type ControlLine = v.InferOutput<typeof controlLine>

export type Line =
  | { kind: 'control'; message: ControlLine }
  /** Has the key `p2plab` but is not a message of the contract. */
  | { kind: 'bad'; problem: string }
  /** The program's own log. */
  | { kind: 'log' }

/** Says what a line of the program's standard output is. Never throws. */
export function parseLine(line: string): Line {
  // Most lines are log lines; they need not be parsed to be known.
  if (!/^\s*\{/.test(line)) return { kind: 'log' }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { kind: 'log' }
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'p2plab')) return { kind: 'log' }
  const result = v.safeParse(controlLine, value)
  if (result.success) return { kind: 'control', message: result.output }
  const issue = result.issues[0]
  return { kind: 'bad', problem: `${v.getDotPath(issue) ?? 'the line'}: ${issue.message}` }
}

export interface LineSplitter {
  /**
   * The lines that are now complete, without their ends (\n or \r\n) and without a mark before the first; 'too long' when one passed
   * the limit, 'UTF-16' when that is what they are written in.
   */
  push(chunk: Buffer): string[] | 'too long' | 'UTF-16'
  /** What is left without a line end. */
  rest(): string
}

export function createLineSplitter(limit = MAX_LINE_BYTES): LineSplitter {
  // Parts of the unfinished line; joined only when it ends, so that many small chunks cost no more than few.
  let parts: Buffer[] = []
  let size = 0
  let first: Buffer | undefined = Buffer.alloc(0)
  let isFirstLine = true
  const text = () => {
    const line = Buffer.concat(parts).toString('utf8')
    return isFirstLine ? withoutMark(line) : line
  }
  return {
    push(chunk) {
      if (first) {
        first = Buffer.concat([first, chunk.subarray(0, OUTPUT_HEAD)])
        if (isUtf16Output(first)) return 'UTF-16'
        if (first.length >= OUTPUT_HEAD) first = undefined
      }
      const lines: string[] = []
      let start = 0
      for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
        parts.push(chunk.subarray(start, end))
        if (size + end - start > limit) return 'too long'
        lines.push(text().replace(/\r$/, ''))
        isFirstLine = false
        parts = []
        size = 0
        start = end + 1
      }
      if (start < chunk.length) {
        parts.push(chunk.subarray(start))
        size += chunk.length - start
      }
      return size > limit ? 'too long' : lines
    },
    rest: text,
  }
}
