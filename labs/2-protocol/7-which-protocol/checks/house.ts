/** A program that listens, peers that talk to it, and what both need to say. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectBytes, type Expectation } from '../../../check/kit/expect.ts'
import type { Peer } from '../../../check/peers/peer.ts'
import { HOST } from '../../../1-tcp/shared/listening.ts'
import { untilRead } from '../../shared/closing.ts'
import { HEADER, line, lines } from '../../shared/multistream.ts'
import exercise from '../exercise.ts'
import { lineMistake } from './mistake.ts'

/** A protocol ID that only this check knows, with `more` in it. */
export const someProtocol = (t: CheckContext, more = ''): string =>
  `/p2plab-${t.random.bytes(3).toString('hex')}${more}/${t.random.int(1, 9)}.0.0`

/** Different ones: no two of them begin in the same way. */
export const someProtocols = (t: CheckContext, n: number): string[] =>
  Array.from({ length: n }, (_, i) => someProtocol(t, `-${i}`))

export async function listen(t: CheckContext, protocols: readonly string[]): Promise<number> {
  t.doing(`The checker called listen with the protocols ${shown(protocols)}.`)
  const { port } = await t.call(exercise.ops.listen, { host: HOST, port: 0, protocols: [...protocols] })
  return port
}

/** As in "/a/1.0.0, /b/1.0.0". Long ones are cut. */
export const shown = (protocols: readonly string[]): string =>
  protocols.map(one => (one.length > 60 ? `${one.slice(0, 57)}…` : one)).join(', ')

/** Connects, and reads the header of the program, which comes by itself. */
export async function meet(t: CheckContext, port: number, name?: string): Promise<Peer> {
  const peer = await t.sockets.connect(port, name)
  await expectLines(t, peer, [HEADER], { op: 'listen', what: 'the header of your program' })
  return peer
}

/** The same, after which the checker has sent its own header, too. */
export async function greet(t: CheckContext, port: number, name?: string): Promise<Peer> {
  const peer = await meet(t, port, name)
  await peer.write(line(HEADER))
  // What a check sends next is a chunk of its own.
  await untilRead(t)
  return peer
}

/** Fails unless exactly these lines come next. */
export const expectLines = (
  t: CheckContext,
  peer: Peer,
  texts: readonly string[],
  { op, what, hint }: { op: 'listen' | 'dial'; what: string; hint?: string },
): Promise<void> =>
  expectBytes(t, peer, {
    what,
    bytes: lines(...texts),
    op,
    hint: actual => lineMistake(texts, actual, op) ?? hint,
  })

/** Fails unless exactly these bytes come next: they belong to the agreed protocol. */
export const expectOnProtocol = (
  t: CheckContext,
  peer: Peer,
  expectation: Omit<Expectation, 'op'> & { op: 'listen' | 'dial' },
): Promise<void> => expectBytes(t, peer, expectation)

/** A new peer agrees on the protocol and gets its bytes back: the program serves others, whatever happened before. */
export async function expectServed(
  t: CheckContext,
  port: number,
  protocol: string,
  hint = 'does one connection in trouble end the others, or the server?',
): Promise<void> {
  const peer = await greet(t, port, 'a good peer')
  await peer.write(line(protocol))
  await expectLines(t, peer, [protocol], {
    op: 'listen',
    what: `the line ${protocol} for a good peer that came later`,
    hint,
  })
  peer.destroy()
}
