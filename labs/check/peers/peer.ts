/** One end of a TCP connection in the checker's hands: it writes in pieces, half-closes, resets, pauses, and reads with deadlines. */
import type { Socket } from 'node:net'
import { createInbox, type Stop } from './inbox.ts'
import type { Transcript } from '../transcript/transcript.ts'

export type { Stop } from './inbox.ts'

/** A program that sends nothing for this long, although something is due, sends nothing any more. */
export const SILENCE_MS = 3_000

/**
 * A longer write goes out in pieces of this size, each when the one before was taken. Windows would take all of it at once, however long,
 * while a check relies on the system holding no more than it was seen to hold (kit/capacity.ts).
 */
const PIECE = 64 * 1024

/** What a socket says when the other side has sent RST. */
const BROKEN = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE'])

export interface Peer {
  /** As in messages: "connection 1". A connection that the checker accepted has it when it is known whose it is. */
  name: string
  /** The checker's end, as the program sees it: "127.0.0.1:50123". */
  address: string
  /** When the connection was made, in milliseconds of performance.now(). */
  since: number
  /** Resolves when nothing is left of the connection: both sides have ended it, or it broke. */
  closed: Promise<void>
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
  const inbox = createInbox()
  const wire = transcript.capture.wireOf(socket)

  const since = performance.now()
  // Read now: a closed socket does not know it any more.
  const address = `${socket.localAddress}:${socket.localPort}`
  const closed = new Promise<void>(resolve => void socket.once('close', () => resolve()))

  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => {
    transcript.bytes('from program', name, chunk)
    wire.data('from program', chunk)
    inbox.push(chunk)
  })
  const stop = (how: 'end' | 'reset') => {
    if (inbox.stopped()) return
    const [kind, what] =
      how === 'end' ? (['fin', 'end (FIN)'] as const) : (['rst', 'connection broken (RST)'] as const)
    transcript.note('from program', name, kind, what)
    inbox.stop(how)
  }
  socket.on('end', () => {
    wire.fin('from program', 'end (FIN)')
    stop('end')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (BROKEN.has(error.code ?? '')) wire.rst('from program', 'connection broken (RST)')
    stop('reset')
  })
  socket.on('close', () => stop('reset'))

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

  /** What waits for a long write before it. */
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  const afterwards = (start: () => Promise<void>): Promise<void> => {
    waiting++
    const done = last.then(start).finally(() => waiting--)
    last = done
    return done
  }
  const hand = (bytes: Uint8Array, done: () => void) => {
    const sent = wire.data('to program', bytes)
    socket.write(bytes, () => {
      sent()
      done()
    })
  }
  const inPieces = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length; at += PIECE)
      await flushed(done => hand(bytes.subarray(at, at + PIECE), done))
  }

  return {
    name,
    address,
    since,
    closed,
    read: (length, silenceMs = SILENCE_MS) => inbox.read(length, silenceMs),
    readToEnd: (silenceMs = SILENCE_MS) => inbox.read(Infinity, silenceMs),
    waiting: inbox.waiting,
    stopped: inbox.stopped,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    write(bytes) {
      transcript.bytes('to program', name, bytes)
      if (waiting > 0 || bytes.length > PIECE) return afterwards(() => inPieces(bytes))
      return flushed(done => hand(bytes, done))
    },
    end() {
      transcript.note('to program', name, 'fin', 'end (FIN)')
      const end = () =>
        flushed(done => {
          const sent = wire.fin('to program', 'end (FIN)')
          socket.end(() => {
            sent()
            done()
          })
        })
      return waiting > 0 ? afterwards(end) : end()
    },
    reset() {
      transcript.note('to program', name, 'rst', 'connection broken on purpose (RST)')
      if (!socket.destroyed) wire.rst('to program', 'connection broken on purpose (RST)')
      inbox.stop('reset')
      socket.resetAndDestroy()
    },
    destroy() {
      if (!socket.destroyed) {
        transcript.note('to program', name, 'close', 'closed')
        wire.fin('to program', 'closed')
      }
      inbox.stop('reset')
      socket.destroy()
    },
  }
}
