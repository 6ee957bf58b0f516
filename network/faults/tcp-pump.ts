/**
 * Carries one direction of a TCP link, with its faults. The receiver sees what it would see of a bad network: late bytes, small
 * pieces, gaps, FIN, RST, or nothing more.
 */
import type net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Direction, Reports } from './report.ts'

/** Faults of one direction. Without any, bytes pass as they come, and backpressure passes too. */
export interface TcpFaults {
  /** Every piece arrives this much later, milliseconds, and up to `jitterMs` more. Order is kept, as TCP keeps it. */
  delayMs?: number
  jitterMs?: number
  /**
   * The share of segments that are lost, 0 to 1. A program never sees a lost segment of TCP: it is sent again, and what it
   * sees is a gap of RTO_MS, twice that when the second try is lost too, and so on. After MAX_TRIES the connection is reset.
   */
  loss?: number
  /** At most this many bytes a second. */
  bytesPerSecond?: number
  /** At most `bytes` at a time, with `everyMs` milliseconds between two pieces. */
  drip?: { bytes: number; everyMs: number }
  /** Once exactly `afterBytes` are delivered the direction ends: orderly, with a reset of both sides, or in silence. */
  cut?: { afterBytes: number; how: 'fin' | 'rst' | 'stall' }
}

/** The least time before Linux sends a segment again, milliseconds (TCP_RTO_MIN); RFC 6298 asks for 1 s and for doubling. */
const RTO_MS = 200
/** Linux gives up after 15 tries, which is a quarter of an hour. Six tries are 12.6 s of silence: long enough to see. */
const MAX_TRIES = 6
/** Bytes of a segment on Ethernet: 1500 less the headers of IP and TCP. */
const SEGMENT_BYTES = 1460
/** With a limit on the bandwidth, a piece is what may pass in this time. Milliseconds. */
const PACE_MS = 20
/** Bytes that may be under way in a delayed direction; beyond them the sender waits. */
const MAX_UNDER_WAY = 4 * 1024 * 1024

export interface PumpContext {
  connection: number
  reports: Reports
  random: () => number
  closing: AbortSignal
  /** Resets both sides. */
  reset: () => void
  /** So many bytes were delivered. */
  carried: (bytes: number) => void
}

/** Carries one direction until it ends. Never rejects. */
export async function pump(
  from: net.Socket,
  to: net.Socket,
  direction: Direction,
  faults: () => TcpFaults,
  { connection, reports, random, closing, reset: resetBoth, carried }: PumpContext,
): Promise<void> {
  let delivered = 0
  let asked: 'fin' | 'rst' | undefined
  const report = reports.add
  to.once('close', hadError => {
    const event = hadError ? 'rst' : 'closed'
    if (asked !== 'rst') report({ connection, direction, fault: 'seen', event, deliveredBytes: delivered })
  })

  /** True when the direction goes on. */
  const cutHere = async (): Promise<boolean> => {
    const { cut } = faults()
    if (!cut || delivered < cut.afterBytes) return true
    report({ connection, direction, fault: 'cut', how: cut.how, afterBytes: delivered })
    if (cut.how === 'stall') {
      // Silence: nothing is read any more either, so the sender's own buffers fill, as behind a dead router.
      await new Promise(resolve => closing.addEventListener('abort', resolve, { once: true }))
      return false
    }
    asked = cut.how
    if (cut.how === 'rst') resetBoth()
    else to.end()
    return false
  }

  /** How long the chunk is held up because segments of it are lost; undefined when they are lost for good. */
  const retransmission = (bytes: number): number | undefined => {
    const { loss = 0 } = faults()
    if (loss <= 0) return 0
    const segments = Math.ceil(bytes / SEGMENT_BYTES)
    let ms = 0
    for (let tries = 0, share = 1 - (1 - loss) ** segments; random() < share; tries++, share = loss) {
      if (tries === MAX_TRIES) return undefined
      ms += RTO_MS * 2 ** tries
    }
    return ms
  }

  /** True when the direction goes on. */
  const deliver = async (chunk: Buffer): Promise<boolean> => {
    let rest = chunk
    let pieces = 0
    while (rest.length > 0) {
      const { drip, cut, bytesPerSecond } = faults()
      const pace = bytesPerSecond && Math.max(1, Math.floor((bytesPerSecond * PACE_MS) / 1_000))
      const most = Math.min(
        rest.length,
        drip?.bytes ?? Infinity,
        pace ?? Infinity,
        cut ? cut.afterBytes - delivered : Infinity,
      )
      const piece = rest.subarray(0, Math.max(0, most))
      rest = rest.subarray(piece.length)
      if (piece.length > 0) {
        if (drip && pieces > 0) await sleep(drip.everyMs, undefined, { signal: closing })
        await write(to, piece)
        delivered += piece.length
        carried(piece.length)
        pieces++
        if (bytesPerSecond) {
          const ms = (piece.length / bytesPerSecond) * 1_000
          await sleep(ms, undefined, { signal: closing })
          report({ connection, direction, fault: 'paced', bytes: piece.length, ms })
        }
      }
      if (!(await cutHere())) return false
    }
    if (pieces > 1) report({ connection, direction, fault: 'split', bytes: chunk.length, pieces })
    return true
  }

  /** What is delayed travels behind what left before it, as on a long cable: reading goes on meanwhile. */
  let last = Promise.resolve(true)
  let underWay = 0
  const send = (chunk: Buffer, ms: number, why: 'delay' | 'loss') => {
    const due = performance.now() + ms
    underWay += chunk.length
    last = last.then(async goesOn => {
      if (!goesOn) return false
      if (ms > 0) {
        const left = due - performance.now()
        if (left > 0) await sleep(left, undefined, { signal: closing })
        report({ connection, direction, fault: why, bytes: chunk.length, ms })
      }
      const result = await deliver(chunk)
      underWay -= chunk.length
      return result
    })
    return last
  }

  try {
    if (!(await cutHere())) return
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const { delayMs = 0, jitterMs = 0 } = faults()
      const late = delayMs + random() * jitterMs
      const held = retransmission(chunk.length)
      if (held === undefined) {
        await last
        report({ connection, direction, fault: 'given-up', bytes: chunk.length, tries: MAX_TRIES })
        asked = 'rst'
        return resetBoth()
      }
      const sent = send(chunk, late + held, held > 0 ? 'loss' : 'delay')
      sent.catch(() => undefined)
      // Nothing waits that need not: without a delay the next chunk is read when this one is written.
      if (late + held === 0 || held > 0 || underWay > MAX_UNDER_WAY) {
        if (!(await sent)) return
      }
    }
    if (await last) to.end()
  } catch {
    // A side is gone; the 'error' and 'close' handlers end the other.
    if (!closing.aborted) resetBoth()
  }
}

/** Resolves when the system has taken the bytes. Rejects when the socket cannot. */
const write = (socket: net.Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => socket.write(bytes, error => (error ? reject(error) : resolve())))
