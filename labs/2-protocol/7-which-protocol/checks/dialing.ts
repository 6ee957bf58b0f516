/** The program dials a server of the checker's, which answers line by line. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { asAnswer, type Answer } from '../../../check/kit/ask.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { happens } from '../../../check/kit/patience.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { expectClosed } from '../../shared/closing.ts'
import { HEADER, line } from '../../shared/multistream.ts'
import exercise from '../exercise.ts'
import { expectLines, expectOnProtocol, shown } from './house.ts'

type Result = { protocol: string; reply: Buffer }

/** A call of dial whose connection has come, with its header read. Nothing was sent on it. */
export interface Dialed {
  peer: Peer
  /** As the beginning of a sentence: what the checker did so far. */
  did: string
  protocols: readonly string[]
  bytes: Buffer
  answer: Promise<Answer<Result>>
}

/** How long a program may take to connect: it has nothing else to do. */
const CONNECT_MS = 3_000
/** How long an answer may take that nothing stands in the way of. */
const AT_ONCE_MS = 1_500

export async function dialed(
  t: CheckContext,
  protocols: readonly string[],
  bytes = t.random.bytes(t.random.int(5, 40)),
): Promise<Dialed> {
  const server = await t.sockets.serve(beginsWith(line(HEADER), line(HEADER).length))
  const did = `The checker called dial with the protocols ${shown(protocols)} for a server of its own.`
  t.doing(did)
  const call = t.call(exercise.ops.dial, { peer: server.address, protocols: [...protocols], bytes })
  const answer = asAnswer(call)
  answer.catch(() => {})
  const peer = await Promise.race([server.accept(CONNECT_MS), answer.then(() => undefined)])
  if (!peer) return failEarly(t, await call, server.address)
  await expectLines(t, peer, [HEADER], { op: 'dial', what: 'the header of your program' })
  return { peer, did, protocols, bytes, answer }
}

const failEarly = (t: CheckContext, { protocol }: Result, address: string): never =>
  t.fail({
    op: 'dial',
    expected: `a connection to ${address}.`,
    got: `no connection, but the protocol ${shown([protocol])}.`,
    hint: 'do you connect to the address in `peer`, host and port, in each call?',
  })

/** The next proposal of the program. */
export const expectProposal = (t: CheckContext, { peer }: Dialed, protocol: string, hint?: string) =>
  expectLines(t, peer, [protocol], {
    op: 'dial',
    what: `the proposal ${shown([protocol])}`,
    hint:
      hint ??
      'do you propose the protocols in their order, and the next one only after the answer na to the one before? The bytes follow only when the peer has agreed.',
  })

const AGREED =
  'do you send the bytes as soon as the peer has agreed? Its header and its answer can come in one chunk: do you look for the next line until no complete one is left?'
const BEHIND =
  'do you send the bytes once, unchanged, and right after the peer has agreed? Bytes of the protocol have no length in front and no newline. A further proposal would be taken for bytes of the protocol.'

/** The program sends its bytes, gets `reply`, returns both as it should, and ends the connection. */
export async function expectEcho(
  t: CheckContext,
  dial: Dialed,
  protocol: string,
  { reply = dial.bytes, write = reply }: { reply?: Buffer; write?: Buffer } = {},
): Promise<void> {
  const { peer, bytes } = dial
  await expectOnProtocol(t, peer, {
    what: `the ${bytes.length} bytes that your program was given, and nothing else`,
    bytes,
    op: 'dial',
    hint: actual => (actual.length === 0 ? AGREED : BEHIND),
  })
  for (const piece of write.length > 0 ? t.random.cut(write, 3) : []) await peer.write(piece)
  await expectResult(t, dial, protocol, reply)
}

const SHORT =
  'do you keep the bytes that came in the same chunk as the agreed line? They are the beginning of the reply. And do you read until there are as many as you sent?'

/** dial returns this, and ends the connection without another byte. */
export async function expectResult(
  t: CheckContext,
  { peer, did, answer }: Dialed,
  protocol: string,
  reply: Buffer,
): Promise<void> {
  if (!(await happens(answer, { ms: AT_ONCE_MS, signOfLife: t.program.signOfLife }))) {
    t.fail({
      op: 'dial',
      expected: `that dial returns: all ${reply.length} bytes of the reply have come.`,
      got: 'that it still waits, long after that.',
      hint: SHORT,
    })
  }
  const { result, error } = await answer
  if (result === undefined) {
    return t.fail({
      op: 'dial',
      expected: `the protocol ${shown([protocol])} and a reply of ${reply.length} bytes.`,
      got: `an error: ${error}.`,
      hint: 'is there something in the answers of the peer that you do not expect? Another reason is a reply that your program takes for incomplete.',
    })
  }
  if (result.protocol !== protocol) {
    t.fail({
      op: 'dial',
      expected: `the protocol ${shown([protocol])}: the one that both sides speak.`,
      got: `${shown([result.protocol])}.`,
      hint: 'do you return the protocol that the peer has agreed on, without its newline?',
    })
  }
  if (!result.reply.equals(reply)) {
    t.fail({
      op: 'dial',
      expected: `the ${reply.length} bytes that came back behind the agreed line.`,
      got: `${result.reply.length} bytes.`,
      hint:
        result.reply.length < reply.length
          ? SHORT
          : 'is reply exactly what follows the agreed line, as many bytes as you sent, even if more of them come?',
      bytes: { expected: reply, actual: result.reply },
    })
  }
  t.doing(`${did} It returned.`)
  await expectClosed(t, peer, {
    op: 'dial',
    expected: 'that your program ends the connection when it has the reply.',
    hint: 'do you end the connection when you have the reply?',
    silent: 'do you send anything behind your bytes? They are all that the protocol asks for.',
  })
  await peer.end()
}

/** dial answers with an error, and ends the connection without another byte. */
export async function expectRefused(
  t: CheckContext,
  { peer, did, answer }: Dialed,
  { sent, expected, hint }: { sent: string; expected: string; hint: string },
): Promise<void> {
  t.doing(`${did} ${sent}`)
  const closed = expectClosed(t, peer, {
    op: 'dial',
    expected: 'that your program ends the connection.',
    hint,
    silent: hint,
  })
  closed.catch(() => {})
  await Promise.race([answer, closed])
  if (!(await happens(answer, { ms: AT_ONCE_MS, signOfLife: t.program.signOfLife }))) {
    t.fail({
      op: 'dial',
      expected: `an error: ${expected}.`,
      got: 'that dial still waits, long after that.',
      hint,
    })
  }
  const { result } = await answer
  if (result !== undefined) {
    t.fail({
      op: 'dial',
      expected: `an error: ${expected}.`,
      got: `the protocol ${shown([result.protocol])}.`,
      hint,
    })
  }
  await closed
  await peer.end()
}
