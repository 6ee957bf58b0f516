/** Writes a trace. Nothing that happens to the file holds up or brings down the network that it records. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import path from 'node:path'
import type { Writable } from 'node:stream'
import type { NetworkEvent } from '../events.ts'
import { isReservedName } from '../file-names.ts'
import { headerLine } from './header.ts'

/** What may wait for the disk, bytes. Beyond it the recording stops: what is on disk is then whole up to a point. */
const MAX_WAITING = 16 * 1024 * 1024

export interface TraceWriter {
  write(events: readonly NetworkEvent[]): void
  /** Resolves when little waits for the disk, or nothing is written any more: for whoever has much to write at once. */
  ready(): Promise<void>
  /** Resolves when everything is on disk, or will never be. */
  close(): Promise<void>
}

export interface TraceOptions {
  /** Called once when the recording has to stop before it is closed. `reason` is a sentence's end. */
  onProblem?: (reason: string) => void
  /** Takes the place of the file: for whoever has something slower or smaller than a disk. */
  open?: (file: string) => Writable
  maxWaiting?: number
  platform?: NodeJS.Platform
}

/** Opens `file` for a new recording. Rejects when it exists already or cannot be written. */
export async function createTrace(file: string, options: TraceOptions = {}): Promise<TraceWriter> {
  const { onProblem, open = fresh, maxWaiting = MAX_WAITING, platform = process.platform } = options
  // Windows would open it, and what is written would be gone.
  if (platform === 'win32' && isReservedName(path.basename(file)))
    throw new Error(`${path.basename(file)} is the name of a device on Windows: take another name`)
  const stream = open(file)
  if (open === fresh) await once(stream, 'open')
  let over = false
  const stop = (reason: string) => {
    if (over) return
    over = true
    onProblem?.(reason)
  }
  stream.on('error', error => stop(error.message))
  const ended = new Promise<void>(resolve => {
    stream.once('error', () => resolve())
    stream.once('close', resolve)
    stream.once('finish', resolve)
  })
  stream.write(headerLine())
  return {
    write(events) {
      if (over || events.length === 0) return
      if (stream.writableLength > maxWaiting) {
        const reason = 'the disk is too slow'
        stop(reason)
        return void stream.end(`${JSON.stringify({ stopped: reason })}\n`)
      }
      stream.write(events.map(event => `${JSON.stringify(event)}\n`).join(''))
    },
    async ready() {
      while (!over && stream.writableNeedDrain) await Promise.race([drained(stream), ended])
    },
    async close() {
      over = true
      if (stream.closed) return
      const closed = once(stream, 'close').catch(() => undefined)
      if (!stream.writableEnded) stream.end()
      await closed
    },
  }
}

const drained = (stream: Writable) => new Promise<void>(resolve => stream.once('drain', resolve))

const fresh = (file: string): Writable => createWriteStream(file, { flags: 'wx' })
