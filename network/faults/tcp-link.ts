/**
 * A TCP link with faults: a proxy on loopback that stands between a client and a server. Real sockets on both sides, so
 * what the receiver sees is what it would see of a bad network: late bytes, small pieces, FIN, RST, or nothing more.
 *
 *     const link = await openTcpLink({ target: { host: '127.0.0.1', port }, toClient: { cut: { afterBytes: 100, how: 'rst' } } })
 *     connect(link.port)
 */
import net from 'node:net'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../random.ts'
import { createReports, type Direction, type FaultReport, type Reports } from './report.ts'

/** Faults of one direction. Without any, bytes pass as they come, and backpressure passes too. */
export interface TcpFaults {
  /** Every piece waits this long, milliseconds, and up to `jitterMs` more. Order is kept, as TCP keeps it. */
  delayMs?: number
  jitterMs?: number
  /** At most `bytes` at a time, with `everyMs` milliseconds between two pieces. */
  drip?: { bytes: number; everyMs: number }
  /** Once exactly `afterBytes` are delivered the direction ends: orderly, with a reset of both sides, or in silence. */
  cut?: { afterBytes: number; how: 'fin' | 'rst' | 'stall' }
}

export interface TcpLinkOptions {
  target: { host: string; port: number }
  toServer?: TcpFaults
  toClient?: TcpFaults
  /** Decides the jitter. */
  seed?: number
  onReport?: (report: FaultReport) => void
}

export interface TcpLink {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly reports: Reports
  /** From now on, also for connections that are open. */
  setFaults(direction: Direction, faults: TcpFaults): void
  /** Connections that are open. */
  readonly open: number
  /** Resets every connection, both sides. */
  resetAll(): void
  /** Ends the link and all its connections. */
  close(): Promise<void>
}

/** Rejects when no port can be had. A target that refuses shows as a reset to the client, as a dead server does. */
export async function openTcpLink(options: TcpLinkOptions): Promise<TcpLink> {
  const faults = { 'to-server': options.toServer ?? {}, 'to-client': options.toClient ?? {} }
  const reports = createReports(options.onReport)
  const random = seededRandom(options.seed ?? 0)
  const closing = new AbortController()
  const pairs = new Set<readonly [net.Socket, net.Socket]>()
  let connections = 0

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const connection = ++connections
    const upstream = net.connect({ ...options.target, allowHalfOpen: true, noDelay: true })
    const pair = [client, upstream] as const
    pairs.add(pair)
    const context = { connection, reports, random, closing: closing.signal, reset: () => pair.forEach(reset) }
    void pump(client, upstream, 'to-server', () => faults['to-server'], context)
    void pump(upstream, client, 'to-client', () => faults['to-client'], context)
    for (const socket of pair) {
      socket.on('error', () => pair.forEach(reset))
      socket.on('close', () => pair.every(s => s.destroyed) && pairs.delete(pair))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  return {
    host: '127.0.0.1',
    port,
    reports,
    setFaults: (direction, next) => void (faults[direction] = next),
    get open() {
      return pairs.size
    },
    resetAll: () => pairs.forEach(pair => pair.forEach(reset)),
    async close() {
      closing.abort()
      server.close()
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}

interface PumpContext {
  connection: number
  reports: Reports
  random: () => number
  closing: AbortSignal
  reset: () => void
}

/** Carries one direction until it ends. Never rejects. */
async function pump(
  from: net.Socket,
  to: net.Socket,
  direction: Direction,
  faults: () => TcpFaults,
  { connection, reports, random, closing, reset: resetBoth }: PumpContext,
): Promise<void> {
  let delivered = 0
  let asked: 'fin' | 'rst' | undefined
  const report = reports.add
  to.once('close', hadError => {
    if (asked !== 'rst')
      report({
        connection,
        direction,
        fault: 'seen',
        event: hadError ? 'rst' : 'closed',
        deliveredBytes: delivered,
      })
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

  try {
    if (!(await cutHere())) return
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const { delayMs = 0, jitterMs = 0 } = faults()
      const ms = delayMs + random() * jitterMs
      if (ms > 0) {
        await sleep(ms, undefined, { signal: closing })
        report({ connection, direction, fault: 'delay', bytes: chunk.length, ms })
      }
      let rest = chunk
      let pieces = 0
      while (rest.length > 0) {
        const { drip, cut } = faults()
        const most = Math.min(drip?.bytes ?? rest.length, cut ? cut.afterBytes - delivered : rest.length)
        const piece = rest.subarray(0, Math.max(0, most))
        rest = rest.subarray(piece.length)
        if (piece.length > 0) {
          if (drip && pieces > 0) await sleep(drip.everyMs, undefined, { signal: closing })
          await write(to, piece)
          delivered += piece.length
          pieces++
        }
        if (!(await cutHere())) return
      }
      if (pieces > 1) report({ connection, direction, fault: 'split', bytes: chunk.length, pieces })
    }
    to.end()
  } catch {
    // A side is gone; the 'error' and 'close' handlers end the other.
    if (!closing.aborted) resetBoth()
  }
}

/** Resolves when the system has taken the bytes. Rejects when the socket cannot. */
const write = (socket: net.Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => socket.write(bytes, error => (error ? reject(error) : resolve())))

function reset(socket: net.Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy()
}
