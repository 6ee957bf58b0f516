/**
 * What the checker's sockets sent and received, whole: for a packet capture, which packets.ts makes of it. A transcript shows the
 * beginnings. Bounded: beyond a budget only the lengths of payload are kept, and beyond MAX_EVENTS nothing.
 */
import type { Socket } from 'node:net'
import { now } from '../../../network/clock.ts'
import type { Way } from '../transcript/way.ts'

/** Payload that is kept of one check and of one run of an exercise, in bytes. */
export const MAX_CHECK_BYTES = 4 * 1024 * 1024
export const MAX_RUN_BYTES = 32 * 1024 * 1024
/** And so many sends, receipts, beginnings and ends of one check. */
export const MAX_EVENTS = 50_000

export interface End {
  host: string
  port: number
}

/** A TCP connection, or the try to make one. */
export interface Flow {
  ours: End
  theirs: End
  /** What the transcript calls it. */
  name?: string
}

export type CapturedKind = 'ask' | 'answer' | 'refuse' | 'data' | 'fin' | 'rst' | 'datagram'

export interface Captured {
  at: number
  kind: CapturedKind
  way: Way
  flow: Flow
  /** What is kept of the payload, and how long it was. */
  bytes: Uint8Array
  length: number
  comment?: string | undefined
}

/** To be called when the system has taken a packet: what the checker says of itself in that moment is about this packet. */
export type Sent = () => void

export interface Wire {
  readonly flow: Flow
  /** Bytes that were handed to the system, or came from it. */
  data(way: Way, bytes: Uint8Array): Sent
  /** A direction ends. The first call counts. */
  fin(way: Way, comment: string): Sent
  /** The connection breaks. The first call counts. */
  rst(way: Way, comment: string): void
}

export interface Capture {
  /** The checker asks for a connection to this port of 127.0.0.1. Its own port is known when it is made. */
  asks(port: number): { made(socket: Socket, name: string): Wire; refused(comment: string): void }
  /** A connection that a server of the checker's accepted. One without a name gets it later, by its flow. */
  accepted(socket: Socket, name?: string): Wire
  /** Of the socket of a connection that was made or accepted. */
  wireOf(socket: Socket): Wire
  /** Leaves out the connection from this port: the checker's own, to itself. */
  leaveOut(port: number): void
  datagram(way: Way, ours: End, theirs: End, bytes: Uint8Array, comment?: string): Sent
  /** About the datagram that came last. */
  comment(text: string): void
  /**
   * What the checker does: for the next packet; or, when it has just sent one to the program and sends no other before it waits for something, for that
   * one.
   */
  step(sentence: string): void
  /** Nothing more is taken: the check is over. */
  stop(): void
  /** In their order. */
  events(): readonly Captured[]
  /** Something was left out, because there were more than MAX_EVENTS. */
  overflowed(): boolean
}

const HOST = '127.0.0.1'
const NOTHING: Uint8Array = new Uint8Array(0)

/** `run` is what is left of MAX_RUN_BYTES; it goes down. */
export function createCapture(run = { left: MAX_RUN_BYTES }, maxEvents = MAX_EVENTS): Capture {
  const events: Captured[] = []
  const wires = new WeakMap<Socket, Wire>()
  const leftOut = new Set<number>()
  let left = MAX_CHECK_BYTES
  let over = false
  let more = false
  let step: { sentence: string; about: Captured | undefined } | undefined
  /** What was sent to the program in this turn of the event loop. */
  let just: Captured | undefined
  let turn: NodeJS.Immediate | undefined

  const settle = () => {
    if (!step?.about) return
    step.about.comment = joined(step.about.comment, step.sentence)
    step = undefined
  }
  const sent = (event: Captured | undefined): void => {
    if (!event || over) return
    just = event
    turn ??= setImmediate(() => {
      turn = just = undefined
      settle()
    })
  }
  const kept = (bytes: Uint8Array): Uint8Array => {
    const length = Math.min(bytes.length, left, run.left)
    left -= length
    run.left -= length
    // A copy: what it was taken from may be written over.
    return length === 0 ? NOTHING : Buffer.from(bytes.subarray(0, length))
  }
  const add = (
    kind: CapturedKind,
    way: Way,
    flow: Flow,
    bytes: Uint8Array = NOTHING,
    comment?: string,
  ): Sent => {
    if (over) return () => {}
    if (events.length >= maxEvents) {
      more = true
      return () => {}
    }
    if (way === 'from program') settle()
    const said = joined(step?.sentence, comment)
    step = undefined
    const event: Captured = {
      at: now(),
      kind,
      way,
      flow,
      bytes: kept(bytes),
      length: bytes.length,
      ...(said !== undefined && { comment: said }),
    }
    events.push(event)
    if (way === 'from program') return () => {}
    sent(event)
    return () => sent(event)
  }
  const wire = (flow: Flow): Wire => {
    const ended = new Set<Way>()
    let broken = false
    return {
      flow,
      data(way, bytes) {
        return !broken && !ended.has(way) && bytes.length > 0 ? add('data', way, flow, bytes) : () => {}
      },
      fin(way, comment) {
        if (broken || ended.has(way)) return () => {}
        ended.add(way)
        return add('fin', way, flow, NOTHING, comment)
      },
      rst(way, comment) {
        if (broken || ended.size === 2) return
        broken = true
        add('rst', way, flow, NOTHING, comment)
      },
    }
  }
  const known = (socket: Socket, one: Wire): Wire => {
    wires.set(socket, one)
    return one
  }
  const accepted = (socket: Socket, name?: string): Wire => {
    const flow: Flow = {
      ours: localEnd(socket),
      theirs: remoteEnd(socket),
      ...(name !== undefined && { name }),
    }
    add('ask', 'from program', flow)
    add('answer', 'to program', flow)
    return known(socket, wire(flow))
  }

  return {
    asks(port) {
      const flow: Flow = { ours: { host: HOST, port: 0 }, theirs: { host: HOST, port } }
      add('ask', 'to program', flow)
      return {
        made(socket, name) {
          flow.name = name
          flow.ours = localEnd(socket)
          flow.theirs = remoteEnd(socket)
          add('answer', 'from program', flow)
          return known(socket, wire(flow))
        },
        refused: comment => add('refuse', 'from program', flow, NOTHING, comment),
      }
    },
    accepted,
    wireOf: socket => wires.get(socket) ?? accepted(socket),
    leaveOut: port => void leftOut.add(port),
    datagram: (way, ours, theirs, bytes, comment) => add('datagram', way, { ours, theirs }, bytes, comment),
    comment(text) {
      const last = events.findLast(({ kind }) => kind === 'datagram')
      if (last && !over) last.comment = joined(last.comment, text)
    },
    step: sentence => void (step = { sentence, about: just }),
    stop() {
      settle()
      over = true
    },
    events: () => events.filter(({ flow }) => !leftOut.has(flow.theirs.port)),
    overflowed: () => more,
  }
}

const joined = (...texts: readonly (string | undefined)[]): string | undefined =>
  texts.filter(text => text !== undefined).join('\n') || undefined

const localEnd = (socket: Socket): End => ({ host: socket.localAddress ?? HOST, port: socket.localPort ?? 0 })
const remoteEnd = (socket: Socket): End => ({
  host: socket.remoteAddress ?? HOST,
  port: socket.remotePort ?? 0,
})

const noWire: Wire = {
  flow: { ours: { host: HOST, port: 0 }, theirs: { host: HOST, port: 0 } },
  data: () => () => {},
  fin: () => () => {},
  rst() {},
}

/** Keeps nothing. */
export const NO_CAPTURE: Capture = {
  asks: () => ({ made: () => noWire, refused() {} }),
  accepted: () => noWire,
  wireOf: () => noWire,
  leaveOut() {},
  datagram: () => () => {},
  comment() {},
  step() {},
  stop() {},
  events: () => [],
  overflowed: () => false,
}
