/** The transcript of a check, as events: who sent what to whom. They say nothing about a network. */
import * as v from 'valibot'
import { at, text, count } from './fields.ts'

/** The name of a lane in the space-time diagram of a check: a connection of the checker's, or a program. */
const lane = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/** What went over a lane, in both worlds: TCP and UDP sockets, libp2p streams ('open', 'fin', 'rst'), the control channel. */
export const TRANSMISSIONS = [
  'connect',
  'refused',
  'open',
  'bytes',
  'datagram',
  'fin',
  'rst',
  'close',
  'control',
  'fault',
] as const
export type TransmissionKind = (typeof TRANSMISSIONS)[number]

/** How many of the first bytes of a transmission an event shows. */
export const SHOWN_BYTES = 64

export const wire = [
  /** Declared before the first transmission that names it. A 'connection' is one of the checker's sockets or streams. */
  v.object({
    type: v.literal('check-lane'),
    at,
    lane,
    role: v.picklist(['checker', 'connection', 'network', 'program']),
  }),
  v.object({
    type: v.literal('check-transmission'),
    at,
    from: lane,
    to: lane,
    kind: v.picklist(TRANSMISSIONS),
    /** In words, where the kind does not say it all: a command, a port, a protocol. */
    text: v.optional(text),
    bytes: v.optional(count),
    /** The first bytes, SHOWN_BYTES of them at most, as lower-case hex. */
    head: v.optional(v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})*$/), v.maxLength(2 * SHOWN_BYTES))),
    /** Bytes that came in several pieces with nothing between them are one event: how many, and when the last one came. */
    parts: v.optional(v.pipe(count, v.minValue(2))),
    until: v.optional(at),
    /** What the network between the two did to it, on purpose. */
    fault: v.optional(text),
  }),
  /** So many transmissions were not kept, here. */
  v.object({ type: v.literal('check-left-out'), at, transmissions: count }),
] as const

/** For what carries transcripts across a border of its own. */
export const wireEvent = v.variant('type', wire)
export type WireEvent = v.InferOutput<typeof wireEvent>
export type Transmission = Extract<WireEvent, { type: 'check-transmission' }>
