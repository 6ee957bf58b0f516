/**
 * A UDP link with faults: a proxy on loopback between clients and a server. Each datagram is lost, doubled or held back by a
 * random number from the seed, so the same seed gives the same fate to the same datagram of a direction.
 */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { seededRandom } from '../random.ts'
import { createReports, type Direction, type FaultReport, type Reports } from './report.ts'

/** Shares are from 0 to 1, of the datagrams of one direction. */
export interface UdpFaults {
  loss?: number
  duplication?: number
  /** A datagram that is reordered is delivered after the next one that is delivered. */
  reordering?: number
  /** Every datagram waits this long, milliseconds. */
  delayMs?: number
}

export interface LinkDatagram {
  way: 'in' | 'out'
  /** The port of the link's socket, and the one at the other end. */
  port: number
  other: number
  bytes: Uint8Array
  fault?: Sent
}
type Sent = 'duplicated' | 'reordered' | 'spoofed'

export interface UdpLinkOptions {
  target: { host: string; port: number }
  toServer?: UdpFaults
  toClient?: UdpFaults
  seed?: number
  onReport?: (report: FaultReport) => void
  /** Whether a datagram of somebody who sends to the link is a client's; the others are dropped unseen. Left out: all are. */
  accepts?: (bytes: Buffer, port: number) => boolean
  /** A datagram came to a socket of the link, or goes out of it; `fault` is why, where it would not go otherwise. */
  onDatagram?: (datagram: LinkDatagram) => void
  /** A datagram could not be passed on, because the system would not send it or gave no socket. */
  onError?: (error: Error) => void
}

export interface UdpLink {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly reports: Reports
  setFaults(direction: Direction, faults: UdpFaults): void
  /** Datagrams that came in, and those that went out (doubled ones twice). */
  readonly counts: Readonly<Record<Direction, { received: number; delivered: number }>>
  /**
   * Sends `bytes` to every client that has used the link, from a port that is neither the link's nor the server's: what
   * anyone on a network can do. Resolves to that source.
   */
  spoofToClients(bytes: Uint8Array): Promise<string>
  /** Datagrams that were held back are dropped. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/** Rejects when no port can be had. */
export async function openUdpLink(options: UdpLinkOptions): Promise<UdpLink> {
  const reports = createReports(options.onReport)
  const front = await bound(options.onError)
  const clients = new Map<string, { address: dgram.RemoteInfo; socket: dgram.Socket; number: number }>()
  const others: dgram.Socket[] = []
  const counts = { 'to-server': { received: 0, delivered: 0 }, 'to-client': { received: 0, delivered: 0 } }
  const seed = options.seed ?? 0
  const lanes = {
    'to-server': lane('to-server', options.toServer ?? {}, seed),
    'to-client': lane('to-client', options.toClient ?? {}, seed + 1),
  }

  function lane(direction: Direction, faults: UdpFaults, laneSeed: number) {
    const random = seededRandom(laneSeed)
    let held: (() => void) | undefined
    const timers = new Set<NodeJS.Timeout>()
    const deliver = (send: (fault?: Sent) => void, fault?: Sent) => {
      const go = () => {
        counts[direction].delivered++
        send(fault)
      }
      if (!faults.delayMs) return go()
      const timer = setTimeout(() => {
        timers.delete(timer)
        go()
      }, faults.delayMs)
      timers.add(timer)
    }
    const pass = (connection: number, bytes: number, send: (fault?: Sent) => void) => {
      const datagram = ++counts[direction].received
      // Drawn for every datagram, so that one fault's share does not change the fate by another.
      const [loss, duplication, reordering] = [random(), random(), random()]
      const report = (fault: 'lost' | 'duplicated' | 'reordered') =>
        reports.add({ connection, direction, fault, datagram, bytes })
      if (loss < (faults.loss ?? 0)) return report('lost')
      if (reordering < (faults.reordering ?? 0) && !held) {
        held = () => {
          report('reordered')
          deliver(send, 'reordered')
        }
        return
      }
      deliver(send)
      if (duplication < (faults.duplication ?? 0)) {
        report('duplicated')
        deliver(send, 'duplicated')
      }
      const late = held
      held = undefined
      late?.()
    }
    return {
      pass,
      set: (next: UdpFaults) => void (faults = next),
      stop: () => timers.forEach(clearTimeout),
    }
  }

  const seen = (way: 'in' | 'out', socket: dgram.Socket, other: number, bytes: Uint8Array, fault?: Sent) =>
    options.onDatagram?.({ way, port: socket.address().port, other, bytes, ...(fault && { fault }) })

  front.on('message', (bytes, address) => {
    seen('in', front, address.port, bytes)
    if (options.accepts?.(bytes, address.port) === false) return
    const key = `${address.address}:${address.port}`
    const known = clients.get(key)
    if (known) return toServer(known.socket, known.number, bytes)
    // Each client has a socket of its own towards the server, as behind a NAT: the server can tell them apart.
    const socket = dgram.createSocket('udp4')
    const client = { address, socket, number: clients.size + 1 }
    clients.set(key, client)
    socket.on('message', (reply, from) => {
      // A port that was another's may still get its post: only the server's is passed on.
      if (from.port !== options.target.port) return
      seen('in', socket, from.port, reply)
      lanes['to-client'].pass(client.number, reply.length, fault => {
        seen('out', front, address.port, reply, fault)
        front.send(reply, address.port, address.address)
      })
    })
    socket.on('error', error => options.onError?.(error))
    socket.bind(0, HOST, () => toServer(socket, client.number, bytes))
  })
  const toServer = (socket: dgram.Socket, connection: number, bytes: Buffer) => {
    const { host, port } = options.target
    lanes['to-server'].pass(connection, bytes.length, fault => {
      seen('out', socket, port, bytes, fault)
      socket.send(bytes, port, host)
    })
  }

  return {
    host: HOST,
    port: front.address().port,
    reports,
    counts,
    setFaults: (direction, faults) => lanes[direction].set(faults),
    async spoofToClients(bytes) {
      const socket = await bound()
      others.push(socket)
      const source = `${HOST}:${socket.address().port}`
      for (const { address, number } of clients.values()) {
        seen('out', socket, address.port, bytes, 'spoofed')
        await new Promise(resolve => socket.send(bytes, address.port, address.address, resolve))
        reports.add({
          connection: number,
          direction: 'to-client',
          fault: 'spoofed',
          bytes: bytes.length,
          source,
        })
      }
      return source
    },
    async close() {
      for (const { stop } of Object.values(lanes)) stop()
      const sockets = [front, ...others, ...[...clients.values()].map(c => c.socket)]
      await Promise.all(sockets.map(socket => new Promise<void>(resolve => socket.close(() => resolve()))))
    },
  }
}

async function bound(onError: (error: Error) => void = () => undefined): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  socket.on('error', onError)
  return socket
}
