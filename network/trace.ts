/**
 * The recording of a network: NDJSON, one header line, then one event a line, as they were reduced.
 *
 *     {"p2ptrace":1,"createdAt":"2026-01-31T12:00:00.000Z"}
 *     {"type":"network-started","at":…}
 *     {"dropped":12}                       instead of events, where the disk was too slow to keep up
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import type { NetworkEvent } from './events.ts'

export const TRACE_VERSION = 1
/** What may wait for the disk, bytes. Beyond it events are dropped and counted: a log must not bring down what it records. */
const MAX_WAITING = 16 * 1024 * 1024

export interface TraceWriter {
  write(events: readonly NetworkEvent[]): void
  /** Resolves when everything is on disk. Rejects with the first error of the file. */
  close(): Promise<void>
}

/** Opens `file` for a new recording. Rejects when it exists already or cannot be written. */
export async function createTrace(file: string): Promise<TraceWriter> {
  const stream = createWriteStream(file, { flags: 'wx' })
  await once(stream, 'open')
  let failed: Error | undefined
  stream.on('error', error => (failed ??= error))
  stream.write(`${JSON.stringify({ p2ptrace: TRACE_VERSION, createdAt: new Date().toISOString() })}\n`)
  let dropped = 0
  return {
    write(events) {
      if (failed) return
      if (stream.writableLength > MAX_WAITING) {
        dropped += events.length
        return
      }
      if (dropped > 0) stream.write(`${JSON.stringify({ dropped })}\n`)
      dropped = 0
      stream.write(events.map(event => `${JSON.stringify(event)}\n`).join(''))
    },
    async close() {
      if (dropped > 0) stream.write(`${JSON.stringify({ dropped })}\n`)
      stream.end()
      if (!failed && !stream.closed) await once(stream, 'close').catch(() => undefined)
      if (failed) throw failed
    },
  }
}
