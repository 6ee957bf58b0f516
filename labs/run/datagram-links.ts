/**
 * The links of one node whose program speaks over UDP. Two sockets stand between two programs, one in the process of each node, so that each program
 * sees the datagrams of the other come from where it sends its own:
 *
 *     n1's program ── n1's link to n2 ── n2's link to n1 ── n2's program
 */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { now } from '../../network/clock.ts'
import type { LinkFaults } from '../../network/events.ts'
import { BadUnit, type Unit, type WireFormat } from '../../network/links/unit.ts'
import { programPeer } from '../../network/program-node.ts'
import { messageId, nameOf, type NodeLinks, type NodeLinksOptions, placeOf } from './links.ts'

const HOST = '127.0.0.1'

interface Peer {
  socket: dgram.Socket
  /** It is there, and this is what happens on the way to it. */
  up?: { address: string; faults: LinkFaults }
  denied: boolean
  /** A datagram has gone to it: there is no more of a connection than that. */
  met: boolean
  /** When the way there is free for the next datagram, where it has a bandwidth. On the clock of performance.now(). */
  free: number
  /** Where the program sends from, which is where it hears. */
  client?: number
}

export async function openDatagramLinks(options: NodeLinksOptions): Promise<NodeLinks> {
  const { name, dialed, run, book, emit } = options
  const peers = new Map<string, Peer>()
  let own: number | undefined
  /** What the program has sent before it said where it listens. */
  let early: (() => void)[] = []
  const timers = new Set<NodeJS.Timeout>()

  const part = (id: string, peer: Peer) => {
    if (!peer.met) return
    peer.met = false
    emit({ type: 'disconnected', at: now(), node: name, peer: programPeer(id) })
  }

  const forward = (id: string, peer: Peer, bytes: Buffer) => {
    const unit = read(run.format, bytes)
    const sentAt = now()
    const carried = run.carries?.(unit.value)
    const tell = (lost: boolean) =>
      emit({
        type: 'frame',
        at: now(),
        node: name,
        peer: programPeer(id),
        kind: unit.label.slice(0, 64) || '?',
        bytes: bytes.length,
        sentAt,
        ...(carried !== undefined && { message: messageId(carried) }),
        ...(lost && { lost }),
      })
    const { up } = peer
    if (!up || peer.denied || Math.random() < (up.faults.loss ?? 0)) return tell(true)
    const send = () => {
      const door = book.door(id, name)
      if (!peer.up || peer.denied || door === undefined) return tell(true)
      if (!peer.met) {
        peer.met = true
        const address = `${peer.up.address}/p2p/${programPeer(id)}`
        emit({
          type: 'connected',
          at: now(),
          node: name,
          peer: programPeer(id),
          direction: 'outbound',
          address,
        })
      }
      const sent = run.readdress?.(unit.value, address => book.translate(address, name, id)) ?? bytes
      peer.socket.send(sent, door, HOST)
      tell(false)
    }
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond = Infinity } = up.faults
    const began = performance.now()
    peer.free = Math.max(peer.free, began) + (bytes.length / bytesPerSecond) * 1_000
    const delay = peer.free - began + latencyMs + jitterMs * Math.random()
    if (delay === 0) return send()
    const timer = setTimeout(() => {
      timers.delete(timer)
      send()
    }, delay)
    timers.add(timer)
  }

  for (const id of dialed) {
    const socket = dgram.createSocket('udp4')
    const peer: Peer = { socket, denied: false, met: false, free: 0 }
    socket.on('error', () => {})
    socket.on('message', (bytes, { port }) => {
      if (port === book.door(id, name)) {
        const to = peer.client ?? own
        if (to !== undefined && !peer.denied) socket.send(bytes, to, HOST)
        return
      }
      peer.client = port
      if (own === undefined) early.push(() => forward(id, peer, bytes))
      else forward(id, peer, bytes)
    })
    socket.bind(0, HOST)
    await once(socket, 'listening')
    peers.set(id, peer)
  }

  return {
    peers: [...peers].map(([id, { socket }]) => ({ id, address: `${HOST}:${socket.address().port}` })),
    settle(port) {
      own = port
      book.settle(name, port)
    },
    aim(planned) {
      const there = new Map(planned.map(link => [nameOf(link.peer), link]))
      for (const [id, peer] of peers) {
        const link = there.get(id)
        const place = placeOf(link?.addresses?.[0])
        if (place) book.settle(id, place.port)
        else part(id, peer)
        delete peer.up
        if (place) peer.up = { address: place.address, faults: link?.faults ?? {} }
      }
      const waiting = early
      early = []
      for (const go of waiting) go()
    },
    deny(denied) {
      const now = new Set(denied.map(nameOf))
      for (const [id, peer] of peers) {
        peer.denied = now.has(id)
        if (peer.denied) part(id, peer)
      }
    },
    async close() {
      for (const timer of timers) clearTimeout(timer)
      for (const [id, peer] of peers) part(id, peer)
      await Promise.all(
        [...peers.values()].map(({ socket }) => {
          const closed = once(socket, 'close')
          socket.close()
          return closed
        }),
      )
    },
  }
}

/** A datagram that says nothing is one, too. */
function read(format: WireFormat, bytes: Buffer): Unit {
  try {
    return format.decoder().push(bytes)[0] ?? { bytes, label: '?', value: undefined }
  } catch (error) {
    if (error instanceof BadUnit) return { bytes, label: '?', value: undefined }
    throw error
  }
}
