/** Reading what the program sends, as long as it is not certain that nothing more comes. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { within } from '../../../check/kit/deadline.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import { readFrame, type FrameRead } from '../../shared/frames.ts'

/** Nothing is given up before this: the program has to be seen running after it, without anything new. */
const QUIET_MS = 3_000
/** A program that does not even answer the checker for so long is in a loop that does not end. */
const HANGS_MS = 10_000

/** A length above this means that one side lost its place in the stream. */
export const LONGEST = 1024 * 1024

/** After so long without what is due, the checker looks whether the program runs. */
const DOUBT_MS = 500

class Hangs extends Error {}
class Doubt extends Error {}

/** A turn of the program's event loop. Rejects with Hangs when none comes. */
const turn = (t: CheckContext): Promise<void> => within(t.program.signOfLife(), HANGS_MS, () => new Hangs())

/** Whether `due` happens while the program runs; 'hangs' when it does not run any more. Rejects when the program ends. */
export async function comes(
  t: CheckContext,
  due: Promise<unknown>,
  ms = QUIET_MS,
): Promise<boolean | 'hangs'> {
  try {
    return await happens(due, { ms, signOfLife: () => turn(t) })
  } catch (error) {
    if (error instanceof Hangs) return 'hangs'
    throw error
  }
}

/** What `read` gives; or 'silence' when nothing came any more although the program ran, or 'hangs' when it did not. */
async function patiently<T>(t: CheckContext, peer: Peer, read: Promise<T>): Promise<T | 'silence' | 'hangs'> {
  try {
    return await within(read, DOUBT_MS, () => new Doubt())
  } catch (error) {
    if (!(error instanceof Doubt)) throw error
  }
  for (;;) {
    const before = peer.waiting()
    const come = await comes(t, read)
    if (come === 'hangs') return 'hangs'
    if (come) return read
    if (peer.waiting() === before) return 'silence'
  }
}

/** Why there is no frame: `partial` bytes of it came. */
export type NoFrame = { stop: Stop | 'hangs'; partial: number; badLength?: Buffer }

export async function nextFrame(t: CheckContext, peer: Peer): Promise<Buffer | NoFrame> {
  const frame: FrameRead | 'silence' | 'hangs' = await patiently(t, peer, readFrame(peer, LONGEST, NEVER_MS))
  if (typeof frame === 'string') return { stop: frame, partial: peer.waiting() }
  if (frame.body) return frame.body
  const { stop, partial } = frame
  return stop === 'enough'
    ? { stop, partial: partial.length, badLength: partial }
    : { stop, partial: partial.length }
}

/** All bytes until the program ends the connection; 'silence' when it does not. */
export async function readToEnd(
  t: CheckContext,
  peer: Peer,
): Promise<{ bytes: number; stop: 'end' | 'reset' | 'silence' }> {
  const read = await patiently(t, peer, peer.readToEnd(NEVER_MS))
  if (typeof read === 'string') return { bytes: peer.waiting(), stop: 'silence' }
  return { bytes: read.bytes.length, stop: read.stop === 'end' ? 'end' : 'reset' }
}
