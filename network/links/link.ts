/**
 * A link from one program to another: a proxy on loopback that the first connects to and that connects to the second. It knows the wire
 * format, so it sees and reports each message, and it can delay, hold and cut each direction. The side that connects is the dialer.
 *
 *     const link = await openLink({ from: 'n1', format: jsonFrames, target: () => address, onEvent })
 *     link.cut('hold')     // nothing passes, nothing is lost; what waits arrives after `mend`
 *     link.cut('break')    // connections are reset, and refused until `mend`
 */
import net from 'node:net'
import { once } from 'node:events'
import { createLane, type Lane } from './lane.ts'
import { NO_TAP, type LinkTap, type SideTap } from './tap.ts'
import { BadUnit, type Unit, type WireFormat } from './unit.ts'

/** 'out': from the dialer to its target. */
export type Way = 'out' | 'back'

export type LinkEvent =
  /** The dialer's connection is through to the target. */
  | { type: 'open'; connection: number }
  /** A try of the dialer's to connect came to nothing: the link is cut, or the target is not there. */
  | { type: 'refused'; why: 'cut' | 'no target' }
  /** A unit was read from its sender. Numbers count from 1 on a link, both ways together. */
  | { type: 'sent'; connection: number; way: Way; number: number; unit: Unit }
  | { type: 'delivered'; number: number }
  | { type: 'lost'; number: number }
  | { type: 'closed'; connection: number }
  /** A connection that need not be the dialer's: it was closed. */
  | { type: 'stranger'; bytes: Buffer }
  /** What the dialer or the target sent is not of the wire format: the connection was reset. `message` is a noun. */
  | { type: 'bad'; connection: number; way: Way; message: string; bytes: Buffer }

export interface LinkOptions {
  /** The dialer's ID, as the wire format tells it. */
  from: string
  format: WireFormat
  /**
   * Asked for each connection: a program that restarts comes back elsewhere. Undefined: nobody is there. 'wait': somebody is about to be, which
   * `look` says.
   */
  target(): { host: string; port: number } | 'wait' | undefined
  onEvent(event: LinkEvent): void
  /** What arrives instead of a unit that was read. Left out: the unit itself. Events have what was read. */
  rewrite?(unit: Unit, way: Way): Unit
  /** Sees what the sockets do. */
  tap?: LinkTap
}

export interface Link {
  /** Where the dialer connects, on 127.0.0.1. */
  readonly port: number
  /** Milliseconds that each unit takes from now on, one way or both. */
  delay(ms: () => number, way?: Way): void
  /** 'hold': nothing gets through, one way or both. 'break': both ways, whatever `way` says. */
  cut(how: 'hold' | 'break', way?: Way): void
  /** The link is whole again, both ways. */
  mend(): void
  /** Resets the connections that are open. */
  reset(): void
  /** The target may be there now. */
  look(): void
  /** Units that were read and are about to arrive: not those that a cut holds. */
  readonly underWay: number
  readonly open: number
  close(): Promise<void>
}

const WAYS: readonly Way[] = ['out', 'back']
/** A connection that has not said so long who it is may be anyone's. Milliseconds. */
const UNKNOWN_MS = 5_000
/** What of a connection's beginning is looked at. Bytes. */
const MOST_UNKNOWN = 64 * 1024

interface Pair {
  sockets: net.Socket[]
  taps: SideTap[]
  lanes: Partial<Record<Way, Lane>>
  connect(): void
}

/** Rejects when no port can be had. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { from, format, target, onEvent, rewrite, tap = NO_TAP } = options
  const delays: Record<Way, () => number> = { out: () => 0, back: () => 0 }
  const held: Record<Way, boolean> = { out: false, back: false }
  let broken = false
  let connections = 0
  let units = 0
  const pairs = new Set<Pair>()

  const reports = {
    delivered: (number: number) => onEvent({ type: 'delivered', number }),
    lost: (number: number) => onEvent({ type: 'lost', number }),
  }
  const rulesOf = (way: Way) => ({ delayMs: () => delays[way](), holds: () => held[way] })

  const carry = (dialer: net.Socket, first: Buffer) => {
    const connection = ++connections
    let upstream: net.Socket | undefined
    let opened = false
    const dialerTap = tap.dialer(dialer)
    let targetTap: SideTap | undefined
    const pair: Pair = { sockets: [dialer], taps: [dialerTap], lanes: {}, connect }
    pairs.add(pair)
    const end = (by?: SideTap) => {
      if (!pairs.delete(pair)) return
      for (const lane of Object.values(pair.lanes)) lane.destroy()
      for (const side of pair.taps) side.broke(side === by ? 'program' : 'link')
      for (const socket of pair.sockets) reset(socket)
      if (opened) onEvent({ type: 'closed', connection })
    }
    const read = (socket: net.Socket, way: Way, lane: Lane, side: SideTap) => {
      const decoder = format.decoder()
      const onData = (chunk: Buffer) => {
        if (!pairs.has(pair)) return
        side.read(chunk)
        try {
          for (const unit of decoder.push(chunk)) {
            const number = ++units
            onEvent({ type: 'sent', connection, way, number, unit })
            lane.push(rewrite?.(unit, way) ?? unit, number)
          }
        } catch (error) {
          if (!(error instanceof BadUnit)) throw error
          onEvent({ type: 'bad', connection, way, message: error.message, bytes: chunk })
          end()
        }
      }
      socket.on('data', onData)
      socket.on('end', () => {
        side.readEnd()
        lane.end()
      })
      return onData
    }
    dialer.on('error', () => end(dialerTap))
    // A side that is done both ways leaves the other what still waits for it.
    dialer.on('close', hadError => (hadError || !pair.lanes.out?.waiting) && end())
    const out = createLane(dialer, () => (opened ? upstream : undefined), rulesOf('out'), {
      ...reports,
      wrote: bytes => targetTap?.wrote(bytes),
      wroteEnd: () => targetTap?.wroteEnd(),
    })
    pair.lanes.out = out
    const onData = read(dialer, 'out', out, dialerTap)
    connect()
    onData(first)

    function connect() {
      if (upstream || held.out || held.back) return
      const place = target()
      if (place === 'wait') return
      if (!place) {
        onEvent({ type: 'refused', why: 'no target' })
        return end()
      }
      const asked = tap.target(place.port)
      const socket = net.connect({ ...place, allowHalfOpen: true, noDelay: true })
      upstream = socket
      pair.sockets.push(socket)
      socket.on('connect', () => {
        const side = asked.made(socket)
        targetTap = side
        pair.taps.push(side)
        const back = createLane(socket, () => dialer, rulesOf('back'), {
          ...reports,
          wrote: bytes => dialerTap.wrote(bytes),
          wroteEnd: () => dialerTap.wroteEnd(),
        })
        pair.lanes.back = back
        read(socket, 'back', back, side)
        opened = true
        onEvent({ type: 'open', connection })
        out.look()
      })
      socket.on('error', () => {
        if (!opened) asked.refused()
        if (!opened && pairs.has(pair)) onEvent({ type: 'refused', why: 'no target' })
        end(targetTap)
      })
      socket.on('close', () => end())
    }
  }

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, dialer => {
    dialer.on('error', () => undefined)
    // The system has accepted it. It is broken at once, which is as near to a refusal as a proxy gets.
    if (broken || target() === undefined) {
      tap.dialer(dialer).broke('link')
      onEvent({ type: 'refused', why: broken ? 'cut' : 'no target' })
      return reset(dialer)
    }
    let first: Buffer = Buffer.alloc(0)
    const stranger = () => {
      onEvent({ type: 'stranger', bytes: first })
      done()
      dialer.destroy()
    }
    const late = setTimeout(stranger, UNKNOWN_MS)
    const waiting: Pair = { sockets: [dialer], taps: [], lanes: {}, connect: () => undefined }
    pairs.add(waiting)
    const done = () => {
      clearTimeout(late)
      pairs.delete(waiting)
      dialer.off('data', onData)
      dialer.off('end', onEnd)
    }
    const onEnd = () => {
      done()
      dialer.destroy()
    }
    const onData = (chunk: Buffer) => {
      first = Buffer.concat([first, chunk])
      const is = format.begins(first, from)
      if (is === false || (is === undefined && first.length > MOST_UNKNOWN)) return stranger()
      if (is === undefined) return
      done()
      carry(dialer, first)
    }
    dialer.on('data', onData)
    dialer.on('end', onEnd)
    dialer.on('close', done)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const resetPairs = () => {
    for (const pair of [...pairs]) {
      for (const lane of Object.values(pair.lanes)) lane.destroy()
      for (const side of pair.taps) side.broke('link')
      for (const socket of pair.sockets) reset(socket)
    }
  }
  const lookAgain = () => {
    for (const pair of [...pairs]) {
      pair.connect()
      for (const lane of Object.values(pair.lanes)) lane.look()
    }
  }
  return {
    port: (server.address() as net.AddressInfo).port,
    delay(ms, way) {
      for (const each of way ? [way] : WAYS) delays[each] = ms
    },
    cut(how, way) {
      if (how === 'hold') {
        for (const each of way ? [way] : WAYS) held[each] = true
        return
      }
      broken = true
      resetPairs()
    },
    mend() {
      broken = false
      for (const way of WAYS) held[way] = false
      lookAgain()
    },
    reset: resetPairs,
    look: lookAgain,
    get underWay() {
      const passing = WAYS.filter(way => !held[way])
      return [...pairs].reduce(
        (sum, { lanes }) => sum + passing.reduce((waiting, way) => waiting + (lanes[way]?.waiting ?? 0), 0),
        0,
      )
    },
    get open() {
      return pairs.size
    },
    async close() {
      server.close()
      for (const pair of [...pairs]) {
        for (const lane of Object.values(pair.lanes)) lane.destroy()
        for (const socket of pair.sockets) socket.destroy()
      }
      pairs.clear()
      if (server.listening) await once(server, 'close')
    },
  }
}

function reset(socket: net.Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy()
}
