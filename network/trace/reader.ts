/** Reads a trace from its beginning to its end, a piece at a time, however long it is. */
import { createReadStream } from 'node:fs'
import { parseEvent, type NetworkEvent } from '../events.ts'
import { createLineSplitter } from '../lines.ts'
import { isUtf16, WrongEncoding } from '../written-text.ts'
import { parseHeader, TRACE_VERSION, type TraceHeader } from './header.ts'

/** No event is longer; a file with a longer line is no trace. Bytes. */
const MAX_LINE = 4 * 1024 * 1024

export type TraceItem =
  | { kind: 'header'; header: TraceHeader }
  | { kind: 'event'; event: NetworkEvent }
  /** Events that are missing here, or that the recording ended before its network did. */
  | { kind: 'dropped'; events: number }
  | { kind: 'stopped'; reason: string }
  /** A line that this version does not know. */
  | { kind: 'unknown'; line: number }
  /** The last line is incomplete: whoever wrote it was interrupted. */
  | { kind: 'torn'; bytes: number }

/** What is wrong with a file, as a sentence's end. */
export class TraceError extends Error {}

/** The header first. Throws a TraceError for what is no trace, and the system's error for what cannot be read. */
export async function* readTrace(file: string): AsyncGenerator<TraceItem> {
  let number = 0
  for await (const { text, complete } of lines(file)) {
    number++
    if (number === 1) {
      const header = parseHeader(text)
      if (!header)
        throw new TraceError('it is not a trace: its first line must be {"p2ptrace":1,"createdAt":"…"}')
      if (header.p2ptrace > TRACE_VERSION) {
        const known = `this version of P2P Lab reads ${TRACE_VERSION}`
        throw new TraceError(`it uses version ${header.p2ptrace} of the format, but ${known}: update P2P Lab`)
      }
      yield { kind: 'header', header }
      continue
    }
    yield item(text, complete, number)
  }
  if (number === 0) throw new TraceError('it is empty')
}

function item(text: string, complete: boolean, line: number): TraceItem {
  const value = parsed(text)
  if (value === undefined)
    return complete ? { kind: 'unknown', line } : { kind: 'torn', bytes: Buffer.byteLength(text) }
  const event = parseEvent(value)
  if (event) return { kind: 'event', event }
  const { dropped, stopped } = value as { dropped?: unknown; stopped?: unknown }
  if (typeof dropped === 'number') return { kind: 'dropped', events: dropped }
  if (typeof stopped === 'string') return { kind: 'stopped', reason: stopped }
  return { kind: 'unknown', line }
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** The lines that are not empty; the last one may lack its end. @throws TraceError */
async function* lines(file: string): AsyncGenerator<{ text: string; complete: boolean }> {
  const splitter = createLineSplitter(MAX_LINE, isUtf16)
  const push = (chunk: Buffer) => {
    try {
      return splitter.push(chunk)
    } catch {
      throw new TraceError(new WrongEncoding().message)
    }
  }
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (const { text, ends } of push(chunk)) {
      if (!ends) throw new TraceError(`it is not a trace: a line is longer than ${MAX_LINE} bytes`)
      if (text.trim() !== '') yield { text, complete: true }
    }
  }
  const rest = splitter.rest()
  if (rest !== '') yield { text: rest, complete: false }
}
