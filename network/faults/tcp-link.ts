/**
 * A TCP link with faults: a proxy on loopback that stands between a client and a server. Real sockets on both sides.
 *
 *     const link = await openTcpLink({ target: { host: '127.0.0.1', port }, toClient: { cut: { afterBytes: 100, how: 'rst' } } })
 *     connect(link.port)
 */
import net from 'node:net'
import { once } from 'node:events'
import { seededRandom } from '../random.ts'
import { createReports, type Direction, type FaultReport, type Reports } from './report.ts'
import { pump, type TcpFaults } from './tcp-pump.ts'

export type { TcpFaults } from './tcp-pump.ts'

export interface Target {
  host: string
  port: number
}

export interface TcpLinkOptions {
  /** A function is asked for each connection anew: a server that restarts may come back elsewhere. Undefined refuses. */
  target: Target | (() => Target | undefined)
  toServer?: TcpFaults
  toClient?: TcpFaults
  /** Decides the jitter and the losses. */
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
  /** Bytes delivered so far, both directions together. */
  readonly carried: number
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
  let carried = 0

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const connection = ++connections
    const target = typeof options.target === 'function' ? options.target() : options.target
    client.on('error', () => undefined)
    if (!target) return reset(client)
    const upstream = net.connect({ ...target, allowHalfOpen: true, noDelay: true })
    const pair = [client, upstream] as const
    pairs.add(pair)
    const context = {
      connection,
      reports,
      random,
      closing: closing.signal,
      reset: () => pair.forEach(reset),
      carried: (bytes: number) => void (carried += bytes),
    }
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
    get carried() {
      return carried
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

function reset(socket: net.Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy()
}
