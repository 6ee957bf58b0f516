/**
 * Connections that a server of the checker's accepts. Anyone can connect to a port: a connection is the program's when it begins with
 * what only the program was asked to send.
 */
import type { Socket } from 'node:net'
import { createPeer, type Peer } from './peer.ts'
import type { Transcript } from '../transcript/transcript.ts'

/**
 * Whether a connection that begins with these bytes is the program's; undefined when that takes more bytes. Called again with all that
 * came, each time more has come, and when it ends.
 */
export type BeginsOurs = (first: Buffer) => boolean | undefined

/** So much of what a connection begins with is looked at, in bytes, and so many events are kept of one. */
const MOST = 64 * 1024
const MOST_HELD = 200

/** For a program that was asked to send these bytes. So many of them tell; nobody guesses eight. */
export const beginsWith =
  (bytes: Uint8Array, enough = Math.min(8, bytes.length)): BeginsOurs =>
  first => {
    const known = Math.min(first.length, enough)
    if (!first.subarray(0, known).equals(bytes.subarray(0, known))) return false
    return known < enough ? undefined : true
  }

/** A connection of which it is not known whose it is. */
export interface Candidate {
  peer: Peer
  /** It is the program's: from here on it has this name, and the transcript shows it from its beginning. */
  adopt(name: string): Peer
  /** What it sent so far. */
  first(): Buffer
  from: number
  /** A capture says that it need not be the program's. */
  setAside(): void
}

/**
 * Calls `onOurs` when it turns out to be the program's, and `onSuspect` when it began with something else than the program was asked
 * for, or ended before that could be told.
 */
export function candidate(
  socket: Socket,
  begins: BeginsOurs,
  transcript: Transcript,
  { onOurs, onSuspect }: { onOurs(): void; onSuspect(): void },
): Candidate {
  const from = socket.remotePort ?? 0
  let adopted: string | undefined
  let suspect = false
  let first = Buffer.alloc(0)
  const held: ((name: string) => void)[] = []
  const record = (entry: (name: string) => void) => {
    if (adopted !== undefined) entry(adopted)
    else if (held.length < MOST_HELD) held.push(entry)
  }
  record(name => transcript.note('from program', name, 'connect', 'connected'))
  const suspected = () => {
    if (suspect || adopted !== undefined) return
    suspect = true
    onSuspect()
  }
  const own: Transcript = {
    ...transcript,
    bytes(way, _who, bytes) {
      record(name => transcript.bytes(way, name, bytes))
      if (adopted !== undefined || way !== 'from program' || first.length >= MOST) return
      first = Buffer.concat([first, bytes]).subarray(0, MOST)
      const is = begins(first)
      // The bytes are not in the inbox yet.
      if (is === true) queueMicrotask(onOurs)
      else if (is === false) suspected()
    },
    note(way, _who, kind, what) {
      record(name => transcript.note(way, name, kind, what))
      if (way !== 'from program') return
      // A program that was asked to send nothing ends without a byte.
      if (kind === 'fin' && begins(first) === true) queueMicrotask(onOurs)
      else suspected()
    },
  }
  const peer = createPeer(socket, 'a connection', own)
  return {
    peer,
    from,
    first: () => first,
    setAside() {
      transcript.capture.wireOf(socket).flow.name = "set aside, because it need not be your program's"
    },
    adopt(name) {
      if (adopted !== undefined) return peer
      adopted = name
      peer.name = name
      transcript.capture.wireOf(socket).flow.name = name
      for (const entry of held.splice(0)) entry(name)
      return peer
    },
  }
}
