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

/** Wrong bytes are followed by more of them, or by nothing for so long. */
const REST_MS = 200

/** Fails unless exactly the expected bytes come next. */
export async function expectBytes(t: CheckContext, peer: Peer, expectation: Expectation): Promise<void> {
  const { bytes: expected, thenEnd, what } = expectation
  // One byte more than expected would show what is too much; without `thenEnd` nothing may be waited for.
  const { bytes: first, stop } = await (thenEnd ? peer.readToEnd() : peer.read(expected.length))
  // What is wrong may also be too much: how much came is not known before it has stopped coming.
  const wrong = stop === 'enough' && firstDifference(expected, first) !== undefined
  const bytes = wrong ? Buffer.concat([first, (await peer.readToEnd(REST_MS)).bytes]) : first
  judgeBytes(t, bytes, stop, {
    ...expectation,
    what: thenEnd ? `${what}, then the end of the connection` : what,
  })
}

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
