/** What a server of exercise 1.2 must answer, and the likely misconception behind what it answered instead. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectBytes } from '../../../check/kit/expect.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import type { Peer, Stop } from '../../../check/peers/peer.ts'
import { encode, HEADER, reversed } from '../../shared/frames.ts'

export interface Answers {
  what?: string
  /** The likely misconception when nothing fits better. */
  hint: string
  /** The same for a connection that the program closed. */
  lost?: string
  /** The pieces that were written since the last answer; they tell whether each was taken for a message. */
  pieces?: readonly Buffer[]
}

/** Fails unless the answers to these frames come next, whole and in order. */
export async function expectAnswers(
  t: CheckContext,
  peer: Peer,
  bodies: readonly Buffer[],
  { what = whatFor(bodies), hint, lost = CLOSED, pieces = [Buffer.concat(bodies.map(encode))] }: Answers,
): Promise<void> {
  const bytes = Buffer.concat(bodies.map(body => encode(reversed(body))))
  await expectBytes(t, peer, {
    what,
    bytes,
    op: 'listen',
    hint: (actual, stop) =>
      misconception(bodies, bytes, actual, pieces, stop) ??
      (stop === 'end' || stop === 'reset' ? lost : hint),
  })
}

const CLOSED =
  'does your program close the connection? It stays open after an answer, until the client ends it.'

const whatFor = (bodies: readonly Buffer[]) =>
  bodies.length === 1
    ? 'one frame, with its bytes in reverse order'
    : `${bodies.length} frames, each with its bytes in reverse order`

/** Nothing may follow what was asked for. What is there already is enough to tell: the answers were written in order. */
export function expectNoMore(t: CheckContext, peer: Peer): void {
  if (peer.waiting() === 0) return
  t.fail({
    op: 'listen',
    expected: 'one answer to each frame.',
    got: `${count(peer.waiting(), 'byte')} more than that.`,
    hint: 'do you answer a frame twice, or leave bytes in the buffer that you have used?',
  })
}

/**
 * A connection on which an ordinary frame was answered: when the frames that a check is about get no answer, it is because of what they
 * are.
 */
export async function greeted(t: CheckContext, port: number, name?: string): Promise<Peer> {
  const peer = await t.sockets.connect(port, name)
  t.doing('The checker connected and sent one short frame.')
  const body = Buffer.concat([t.random.bytes(6), Buffer.of(0x80, 0)])
  void peer.write(encode(body))
  await expectAnswers(t, peer, [body], { hint: ORDINARY })
  return peer
}

/** For a program that does not answer the simplest frame. */
export const ORDINARY = `do you write an answer as soon as 4 + length bytes are there, with the length read as a big-endian number${inNode(' (readUInt32BE)')}? In the wrong byte order, the length is huge and the frame never complete.`

/** For a program that answers only some of the frames that arrive together. */
export const WHILE = `one ${inNode('data event', 'read')} can hold several frames: do you take frames out until no whole one is left (while, not if)?`

/**
 * Returns when the program has certainly read what was sent on other connections before: it has answered on this one,
 * twice. (The second answer shows that the event loop has gone round since the first: everything that had arrived
 * before the first question was handled by then.)
 */
export async function untilRead(t: CheckContext, probe: Peer): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const body = t.random.bytes(6)
    void probe.write(encode(body))
    await expectAnswers(t, probe, [body], {
      what: 'on a second connection, the answer to a whole frame',
      hint: 'does each connection have a buffer of its own? A partial frame on one connection must not affect another.',
    })
  }
}

const REPLACEMENT = Buffer.from('efbfbd', 'hex')

function misconception(
  bodies: readonly Buffer[],
  expected: Buffer,
  actual: Buffer,
  pieces: readonly Buffer[],
  stop: Stop,
): string | undefined {
  const first = bodies[0]!
  if (actual.includes(REPLACEMENT) && !expected.includes(REPLACEMENT)) {
    return 'do you convert the bytes to a string on the way? Decoding replaces bytes that are not valid UTF-8 with ef bf bd.'
  }
  if (first.length > 1 && startsLike(actual, reversed(first))) {
    return 'do you put the length in front of each answer? The other side must find the frames, too.'
  }
  if (first.length > 1 && startsLike(actual, encode(first))) return 'do you reverse the bytes?'
  const length = actual.length < HEADER ? undefined : actual.readUInt32BE()
  if (bodies.length > 1 && !isBeginning(actual, expected)) {
    if (length === sum(bodies)) return 'do you answer each frame with a frame of its own?'
    if (startsLike(actual, Buffer.concat(bodies.map(body => encode(reversed(body))).reverse()))) {
      return 'do you answer the frames in the order in which they arrived?'
    }
  }
  if (first.length > HEADER && (length === first.length + HEADER || length === first.length - HEADER)) {
    return 'do you count the 4 bytes of the length itself? The length is that of the bytes alone.'
  }
  const whole = wholeAnswers(bodies, expected, actual)
  // Where an empty frame is the first without an answer, it is because it is empty.
  if (stop === 'silence' && whole > 0 && whole < bodies.length && bodies[whole]!.length > 0) {
    return WHILE
  }
  const each = Buffer.concat(pieces.map(piece => encode(reversed(piece.subarray(HEADER)))))
  if (!isBeginning(actual, expected) && startsLike(actual, each)) {
    return `do you treat each ${inNode('data event', 'read')} as one message? TCP keeps the bytes and their order, not your pieces.`
  }
  return undefined
}

const sum = (bodies: readonly Buffer[]) => bodies.reduce((total, { length }) => total + length, 0)

const isBeginning = (actual: Buffer, expected: Buffer) => expected.subarray(0, actual.length).equals(actual)

/** How many answers came, if they came whole and nothing else did; otherwise 0. */
function wholeAnswers(bodies: readonly Buffer[], expected: Buffer, actual: Buffer): number {
  if (!isBeginning(actual, expected)) return 0
  let end = 0
  return bodies.findIndex(({ length }) => (end += HEADER + length) === actual.length) + 1
}

/** One is the beginning of the other, and there is something to compare. */
function startsLike(actual: Buffer, other: Buffer): boolean {
  const length = Math.min(actual.length, other.length)
  return length > 0 && actual.subarray(0, length).equals(other.subarray(0, length))
}
