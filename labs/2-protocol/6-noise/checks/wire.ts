/** Noise messages on a connection: each behind its length, a u16, big-endian. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number, type Finding } from '../../../check/kit/finding.ts'
import { STOPPED } from '../../../check/kit/expect.ts'
import type { BeginsOurs } from '../../../check/peers/accepted.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import { expectClosed } from '../../shared/closing.ts'

export const MAX_MESSAGE = 65_535

export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

/** A dialer begins with message 1: 32 bytes. */
export const beginsWithMessage1: BeginsOurs = first => {
  const known = Buffer.of(0, 32).subarray(0, first.length)
  if (!first.subarray(0, 2).equals(known)) return false
  return first.length < 2 ? undefined : true
}

/** The next message; or the bytes of what is none, and what stopped the reading. */
export async function readFrame(
  peer: Peer,
): Promise<{ message: Buffer; stop?: never } | { message?: never; stop: Stop; bytes: Buffer }> {
  const head = await peer.read(2)
  if (head.stop !== 'enough') return { stop: head.stop, bytes: head.bytes }
  const { bytes, stop } = await peer.read(head.bytes.readUInt16BE())
  if (stop !== 'enough') return { stop, bytes: Buffer.concat([head.bytes, bytes]) }
  return { message: bytes }
}

/** Fails with what came instead of a message. */
export function failNoFrame(
  t: CheckContext,
  { stop, bytes }: { stop: Stop; bytes: Buffer },
  {
    what,
    op,
    hint,
    framed = false,
  }: {
    what: string
    op: string
    hint: string
    /** Messages came before this one, so the lengths are not the mistake. */
    framed?: boolean
  },
): never {
  const length = bytes.length >= 2 ? bytes.readUInt16BE() : undefined
  const incomplete = length === undefined ? '' : `, which begin with the length ${number(length)}`
  return t.fail({
    op,
    expected: `${what}, behind its length (u16, big-endian).`,
    got: `${bytes.length === 0 ? 'no bytes' : count(bytes.length, 'byte') + incomplete}${STOPPED[stop]}.`,
    hint:
      length === undefined || framed
        ? hint
        : 'is each message written behind its length, two bytes, big-endian, which does not count itself?',
    lost: stop === 'end' || stop === 'reset',
  })
}

/** An error as the end of a sentence. */
export const sentence = (error: string): string => `${error.replace(/\.+$/, '')}.`

/** Fails unless the program ends the connection, without a byte more on it: whichever it does instead, the hint is the same. */
export const expectRefused = (
  t: CheckContext,
  peer: Peer,
  finding: Pick<Finding, 'expected'> & { op: string; hint: string },
): Promise<void> => expectClosed(t, peer, { ...finding, silent: finding.hint })
