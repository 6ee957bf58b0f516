/** Reading from a libp2p stream and comparing, with the sentences of this exercise. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import type { Libp2pStream } from '../../../check/peers/libp2p.ts'
import { readPatiently } from '../../../check/peers/read-patiently.ts'
import type { Stop } from '../../../check/peers/peer.ts'
import { explainEnd } from '../../shared/explain-end.ts'

/** What stopped the reading, as the end of a sentence. */
const STOPPED: Readonly<Record<Stop, string>> = {
  enough: '',
  end: ', then the end of the stream',
  reset: ', then the stream was reset',
  silence: ', then nothing more',
}

export interface StreamExpectation {
  /** As in "the same 12 bytes back". */
  what: string
  bytes: Buffer
  /** The bytes must be followed by the end of the stream. */
  thenEnd?: boolean
  op: 'listen' | 'send'
  /** For what came instead: the likely misconception. */
  hint(actual: Buffer, stop: Stop): string | undefined
}

/** Fails unless exactly the expected bytes come next. */
export async function expectStream(
  t: CheckContext,
  stream: Libp2pStream,
  e: StreamExpectation,
): Promise<void> {
  const { bytes: actual, stop } = await readPatiently(t, stream, e.thenEnd ? Infinity : e.bytes.length)
  const equal = firstDifference(e.bytes, actual) === undefined
  if (equal && (!e.thenEnd || stop === 'end')) return
  const hint = e.hint(actual, stop)
  t.fail({
    op: e.op,
    expected: `${e.what}${e.thenEnd ? ', then the end of the stream' : ''}.`,
    got: `${actual.length === 0 ? 'no bytes' : count(actual.length, 'byte')}${STOPPED[stop]}.`,
    ...(hint !== undefined && { hint }),
    ...(!equal && { bytes: { expected: e.bytes, actual } }),
    lost: stop === 'reset' || stop === 'end',
  })
}

/** Fails unless a few bytes come back on the stream. */
export async function echoes(t: CheckContext, stream: Libp2pStream, hint: string): Promise<void> {
  const bytes = t.random.bytes(t.random.int(10, 500))
  stream.write(bytes)
  await expectStream(t, stream, { what: `an echo on ${stream.name}`, bytes, op: 'listen', hint: () => hint })
}

/** The likely misconception behind what an echoing stream did wrong. */
export const echoHint =
  (sent: Buffer) =>
  (actual: Buffer, stop: Stop): string => {
    const at = firstDifference(sent, actual)
    if (actual.includes('\ufffd') && !sent.includes('\ufffd')) {
      return 'do you convert the bytes to a string on the way? Decoding replaces bytes that are not valid UTF-8 with ef bf bd.'
    }
    if (actual.length > sent.length) return 'do you send something twice, or add something?'
    if (at !== undefined && at < actual.length) {
      return 'do you send the messages back unchanged and in the order they arrived?'
    }
    if (stop === 'reset') {
      return 'do you end the stream with stream.close()? abort() resets it, and closing the connection ends all of its streams.'
    }
    if (at === undefined) {
      return 'do you close your side of the stream when the other side has ended? Listen for "end" and call stream.close().'
    }
    if (stop === 'silence') {
      return 'do you send every message back, and resume a paused stream on "drain"? One stream causes many "message" events.'
    }
    return `do you close the stream before you have sent everything back? ${LAST}`
  }

const LAST = '"end" comes after the last message. "remoteCloseWrite" can come before it.'

/** A program that closes its side of the stream too early exits with this error, when it sends the messages that are left. */
export const explainClosedEarly = (t: CheckContext): void =>
  explainEnd(
    t,
    `do you close your side of the stream as soon as the other side has ended? ${LAST}`,
    'Cannot write to a stream that is closing',
  )
