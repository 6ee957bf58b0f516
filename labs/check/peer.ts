/** One end of a TCP connection in the checker's hands: it writes in pieces, half-closes, resets, pauses, and reads with deadlines. */
import type { Socket } from 'node:net'
import { deadline, type Deadline } from './deadline.ts'
import type { Transcript } from './transcript.ts'

/** A program that sends nothing for this long, although something is due, sends nothing any more. */
export const SILENCE_MS = 3_000

/**
 * Why reading stopped: there was enough; the other side half-closed ('end'); the connection broke ('reset');
 * nothing came for SILENCE_MS.
 */
export type Stop = 'enough' | 'end' | 'reset' | 'silence'

export interface Peer {
  /** As in messages: "connection 1". */
  name: string
  /** Queues the bytes. Resolves when all were handed to the operating system or the connection is gone. */
  write(bytes: Uint8Array): Promise<void>
  /** Half-closes: sends FIN after what was written. Resolves like `write`. */
  end(): Promise<void>
  /** Dies without FIN: sends RST. */
  reset(): void
  /** Closes both directions, as a program that exits would. */
  destroy(): void
  /** Takes nothing more from the operating system, until `resume`. */
  pause(): void
  resume(): void
  /** Exactly `length` bytes, or what came until reading stopped. */
  read(length: number, silenceMs?: number): Promise<{ bytes: Buffer; stop: Stop }>
  /** All bytes until the other side half-closes; `stop` is never 'enough'. */
  readToEnd(silenceMs?: number): Promise<{ bytes: Buffer; stop: Stop }>
  /** Bytes that came and were not read yet. */
  waiting(): number
  /** What became of the other direction so far; 'reset' also after `reset` and `destroy`. */
  stopped(): 'end' | 'reset' | undefined
}

export function createPeer(socket: Socket, name: string, transcript: Transcript): Peer {
  let chunks: Buffer[] = []
  let size = 0
  let stopped: 'end' | 'reset' | undefined
  let wake = () => {}

  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    transcript.bytes('from program', name, chunk)
    chunks.push(chunk)
    size += chunk.length
    wake()
  })
  const stop = (how: 'end' | 'reset') => {
    if (stopped) return
    stopped = how
    const [kind, what] =
      how === 'end' ? (['fin', 'end (FIN)'] as const) : (['rst', 'connection broken (RST)'] as const)
    transcript.note('from program', name, kind, what)
    wake()
  }
  socket.on('end', () => stop('end'))
  socket.on('error', () => stop('reset'))
  socket.on('close', () => stop('reset'))

  const take = (length: number): Buffer => {
    const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    const taken = all.subarray(0, length)
    chunks = taken.length < all.length ? [all.subarray(length)] : []
    size -= taken.length
    return taken
  }

  const flushed = (start: (done: () => void) => void): Promise<void> =>
    new Promise(resolve => {
      if (socket.destroyed) return resolve()
      const done = () => {
        socket.off('close', done)
        resolve()
      }
      socket.once('close', done)
      start(done)
    })

  const read = (length: number, silenceMs = SILENCE_MS): Promise<{ bytes: Buffer; stop: Stop }> =>
    new Promise(resolve => {
      let silence: Deadline | undefined
      const finish = (how: Stop) => {
        silence?.clear()
        wake = () => {}
        resolve({ bytes: take(length), stop: how })
      }
      const look = () => {
        if (size >= length) return finish('enough')
        if (stopped) return finish(stopped)
        silence?.restart()
      }
      wake = look
      look()
      if (wake === look) silence = deadline(silenceMs, () => finish('silence'))
    })

  return {
    name,
    read,
    readToEnd: silenceMs => read(Infinity, silenceMs),
    waiting: () => size,
    stopped: () => stopped,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    write(bytes) {
      transcript.bytes('to program', name, bytes)
      return flushed(done => socket.write(bytes, done))
    },
    end() {
      transcript.note('to program', name, 'fin', 'end (FIN)')
      return flushed(done => socket.end(done))
    },
    reset() {
      transcript.note('to program', name, 'rst', 'connection broken on purpose (RST)')
      stopped ??= 'reset'
      socket.resetAndDestroy()
    },
    destroy() {
      if (!socket.destroyed) transcript.note('to program', name, 'close', 'closed')
      stopped ??= 'reset'
      socket.destroy()
    },
  }
}
