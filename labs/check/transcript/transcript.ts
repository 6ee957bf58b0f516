/**
 * Who sent what to whom, and when: the evidence of a check. Bounded: it keeps the first and the last entries, and of each
 * run of bytes only how many there were and how they began. A failure message shows the ends of it (`lines`); the whole
 * goes with the result as events (`events`), which transcript-text.ts writes out.
 */
import { now } from '../../../network/clock.ts'
import {
  SHOWN_BYTES,
  type Transmission,
  type TransmissionKind,
  type WireEvent,
} from '../../../network/events.ts'
import { NO_CAPTURE, type Capture } from '../capture/capture.ts'
import { count } from '../kit/finding.ts'
import { glance } from './hexdump.ts'
import type { Way } from './way.ts'

export interface Transcript {
  /** Of the same traffic, whole, for a file that Wireshark opens. */
  capture: Capture
  /** `who` is a connection's name, as in "client 3"; at most 64 characters. */
  bytes(way: Way, who: string, bytes: Uint8Array): void
  datagram(way: Way, who: string, bytes: Uint8Array): void
  /** What else happened on a connection; `what` goes on after its name. */
  note(way: Way, who: string, kind: TransmissionKind, what: string): void
  /** What the network between the two did on purpose; `bytes` is how many it did it to. */
  fault(way: Way, what: string, bytes: number | undefined): void
  /** What came from somebody of whom nobody can say that it is the program; `what` is a noun. It was set aside. */
  stranger(what: string, bytes: Uint8Array): void
  /** From one copy of the program to another, through a link of the checker's; both are lanes of programs. `what` is in words. */
  between(from: string, to: string, kind: TransmissionKind, what: string, bytes?: Uint8Array): void
  /** The program that was in this lane so far is called so, also in what was noted before. */
  rename(program: string, name: string): void
  /** Whether anything has come from the program over a socket: bytes, a datagram, a connection, its end. */
  heard(): boolean
  /** A command on the control channel, or its answer. `program` is the lane: "program", "program 2". */
  control(way: Way, what: string, program?: string): void
  /** The lines of a failure message; empty when nothing happened on a socket. */
  lines(): string[]
  /** All that was kept, MAX_WIRE_EVENTS at most, lanes first. */
  events(): WireEvent[]
}

/** What is kept: so many of the first and so many of the last transmissions. */
const FIRST = 100
const LAST = 100
/** Each transmission can name a connection of its own; beside those there are the checker, the network and the programs. */
export const MAX_WIRE_EVENTS = 2 * (FIRST + LAST) + 16
/** What a failure message shows of it. */
const HEAD = 4
const TAIL = 8
/** And of the bytes. */
const GLANCE = 12
const MAX_TEXT = 500

/** Marks, in lines, what the network between the two did on purpose. */
export const FAULT = '⚡'

const CHECKER = 'checker'
export const NETWORK = 'the network'
export const PROGRAM = 'program'

interface Entry {
  at: number
  way: Way
  /** The lane on the checker's side, and the one on the program's. */
  who: string
  program: string
  kind: TransmissionKind
  what: string
  /** `who` is a program, too. */
  between?: boolean
  bytes?: number
  head?: Buffer
  parts: number
  until: number
}

export function createTranscript(capture = NO_CAPTURE): Transcript {
  let quiet = true
  let heard = false
  // Connections belong to the program that was talked to last.
  let program = PROGRAM
  const first: Entry[] = []
  const last: Entry[] = []
  let left = 0
  const names = new Map<string, string>()
  const named = (entry: Entry): Entry => ({ ...entry, program: names.get(entry.program) ?? entry.program })

  const add = (entry: Omit<Entry, 'at' | 'until' | 'parts' | 'program'> & { program?: string }) => {
    const at = now()
    const full = { program, ...entry, what: entry.what.slice(0, MAX_TEXT), at, until: at, parts: 1 }
    if (first.length < FIRST) return void first.push(full)
    last.push(full)
    if (last.length > LAST) {
      last.shift()
      left++
    }
  }

  return {
    capture,
    heard: () => heard,
    stranger(what, bytes) {
      quiet = false
      const more = bytes.length === 0 ? '' : `: ${glance(bytes, GLANCE + 1)}`
      add({
        way: 'from program',
        who: NETWORK,
        kind: 'fault',
        what: `set aside ${what}, which need not be your program's${more}`,
      })
    },
    control(way, what, lane = PROGRAM) {
      program = lane
      add({ way, who: CHECKER, kind: 'control', what })
    },
    note(way, who, kind, what) {
      quiet = false
      // A refusal is the word of the system.
      heard ||= way === 'from program' && kind !== 'refused'
      add({ way, who, kind, what })
    },
    fault(way, what, bytes) {
      quiet = false
      add({ way, who: NETWORK, kind: 'fault', what, ...(bytes !== undefined && { bytes }) })
    },
    between(from, to, kind, what, bytes) {
      quiet = false
      heard = true
      const carried = bytes && { bytes: bytes.length, head: kept(bytes) }
      add({ way: 'from program', program: from, who: to, between: true, kind, what, ...carried })
    },
    rename: (before, name) => void names.set(before, name),
    datagram(way, who, bytes) {
      quiet = false
      heard ||= way === 'from program'
      add({ way, who, kind: 'datagram', what: '', bytes: bytes.length, head: kept(bytes) })
    },
    bytes(way, who, bytes) {
      quiet = false
      heard ||= way === 'from program'
      const before = last.at(-1) ?? first.at(-1)
      if (before?.kind === 'bytes' && before.who === who && before.way === way) {
        const head = before.head!
        before.bytes! += bytes.length
        before.parts++
        before.until = now()
        if (head.length < SHOWN_BYTES) {
          before.head = Buffer.concat([head, bytes.subarray(0, SHOWN_BYTES - head.length)])
        }
        return
      }
      add({ way, who, kind: 'bytes', what: '', bytes: bytes.length, head: kept(bytes) })
    },
    lines() {
      if (quiet) return []
      const all = [...first, ...last].map(named)
      const started = all[0]!.at
      const head = all.slice(0, Math.min(HEAD, first.length))
      const tail = all.slice(head.length).slice(-TAIL)
      const missing = all.length + left - head.length - tail.length
      const gap = missing > 0 ? [`        … ${count(missing, 'line')} left out …`] : []
      const write = (entry: Entry) => line(entry, started)
      return [...head.map(write), ...gap, ...tail.map(write)]
    },
    events() {
      const gap: WireEvent[] =
        left > 0 ? [{ type: 'check-left-out', at: last[0]!.at, transmissions: left }] : []
      const [early, late] = [first.map(named), last.map(named)]
      return [...lanes([...early, ...late]), ...early.map(transmission), ...gap, ...late.map(transmission)]
    },
  }
}

/** A copy: what it was taken from may be large, or be written over. */
const kept = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, SHOWN_BYTES))

function lanes(entries: readonly Entry[]): WireEvent[] {
  const at = entries[0]?.at ?? now()
  const own = new Set(entries.filter(({ between }) => !between).map(({ who }) => who))
  const programs = new Set(
    entries.flatMap(({ program, who, between }) => (between ? [program, who] : [program])),
  )
  return [
    ...[...own].map((lane): WireEvent => ({ type: 'check-lane', at, lane, role: roleOf(lane) })),
    ...[...programs].map((lane): WireEvent => ({ type: 'check-lane', at, lane, role: 'program' })),
  ]
}

const roleOf = (who: string) =>
  who === CHECKER ? 'checker' : who === NETWORK ? 'network' : ('connection' as const)

function transmission(entry: Entry): Transmission {
  const { at, way, who, program, kind, what, bytes, head, parts, until } = entry
  const [from, to] = way === 'to program' ? [who, program] : [program, who]
  return {
    type: 'check-transmission',
    at,
    from,
    to,
    kind,
    ...(what !== '' && (kind === 'fault' ? { fault: what } : { text: what })),
    ...(bytes !== undefined && { bytes }),
    ...(head && { head: head.toString('hex') }),
    ...(parts > 1 && { parts, until }),
  }
}

function line(entry: Entry, started: number): string {
  // "program 2" is what the lanes are called; in a cluster they have the names of nodes.
  const program = entry.program.startsWith(PROGRAM) ? PROGRAM : entry.program
  const arrow = entry.between
    ? `${program} → ${entry.who}`
    : entry.way === 'to program'
      ? `checker → ${program}`
      : `${program} → checker`
  return `${(entry.at - started).toFixed(1).padStart(7)} ms  ${arrow}  ${said(entry)}`
}

function said({ kind, who, what, bytes = 0, head, parts, between }: Entry): string {
  if (kind === 'control') return what
  if (between) return `${kind === 'fault' ? `${FAULT} ` : ''}${what}`
  if (kind === 'bytes') {
    return `${who}: ${count(bytes, 'byte')}${parts > 1 ? ` in ${parts} parts` : ''}  ${glance(head!, GLANCE)}`
  }
  // Without them it is told in words.
  if (kind === 'datagram' && head)
    return `${who}: datagram of ${count(bytes, 'byte')}  ${glance(head, GLANCE + 1)}`
  return `${kind === 'fault' ? `${FAULT} ` : ''}${who}: ${what}`
}
