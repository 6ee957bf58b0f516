/** Reading from a connection and comparing: the sentences that every exercise needs about bytes. */
import type { CheckContext } from './check.ts'
import { count } from './finding.ts'
import { firstDifference } from '../transcript/hexdump.ts'
import { SILENCE_MS, type Peer, type Stop } from '../peers/peer.ts'

/** What stopped the reading, as the end of a sentence. */
export const STOPPED: Readonly<Record<Stop, string>> = {
  enough: '',
  end: ', then the end of the connection',
  reset: ', then the connection broke',
  silence: `, then nothing more for ${SILENCE_MS / 1000} s`,
}

export interface Expectation {
  /** As in "the same 12 bytes back". */
  what: string
  bytes: Buffer
  /** The bytes must be followed by the end of the connection. */
  thenEnd?: boolean
  op?: string
  /** For what came instead: the likely misconception. */
  hint(actual: Buffer, stop: Stop): string | undefined
}

/** Fails unless exactly the expected bytes come next. */
export async function expectBytes(t: CheckContext, peer: Peer, expectation: Expectation): Promise<void> {
  const { bytes: expected, thenEnd, what } = expectation
  // One byte more than expected would show what is too much; without `thenEnd` nothing may be waited for.
  const { bytes, stop } = await (thenEnd ? peer.readToEnd() : peer.read(expected.length))
  // Where these are wrong already, what came after them belongs to what came.
  const more = bytes.equals(expected) ? NONE : (await peer.read(peer.waiting())).bytes
  judgeBytes(t, Buffer.concat([bytes, more]), stop, {
    ...expectation,
    what: thenEnd ? `${what}, then the end of the connection` : what,
  })
}

const NONE = Buffer.alloc(0)

/** The same for bytes that were read already. */
export function judgeBytes(t: CheckContext, actual: Buffer, stop: Stop, expectation: Expectation): void {
  const { what, bytes: expected, thenEnd, op } = expectation
  const equal = firstDifference(expected, actual) === undefined
  if (equal && (!thenEnd || stop === 'end')) return
  const hint = expectation.hint(actual, stop)
  t.fail({
    expected: `${what}.`,
    got: `${actual.length === 0 ? 'no bytes' : count(actual.length, 'byte')}${STOPPED[stop]}.`,
    ...(hint !== undefined && { hint }),
    ...(!equal && { bytes: { expected, actual } }),
    ...(op !== undefined && { op }),
    lost: stop === 'reset' || stop === 'end',
  })
}
