/** A node that talks to itself, and those that only look like it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { someVersion } from '../../shared/version.ts'
import exercise from '../exercise.ts'
import { openHouse, type House } from './house.ts'
import { opOf, type Meeting } from './meeting.ts'
import { expectEnded, expectOverOnce } from './over.ts'

const NONCE =
  'do you remember the nonces of the versions that you sent, on all connections, and compare each nonce that arrives with them?'

const BITS = 'do you compare all 64 bits of the nonce? A number holds 53 of them exactly; a bigint holds all.'

export async function self(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  t.doing('The checker called connect with the address that your program itself listens on.')
  const { result } = await t.ask(exercise.ops.connect, { peer: house.address, ...house.own })
  if (result !== undefined) {
    t.fail({
      op: 'connect',
      expected: 'an error: your program has connected to itself.',
      got: `${JSON.stringify(result)}.`,
      hint: NONCE,
    })
  }
  await house.expectSomeOver(
    'self',
    `${NONCE} The side that notices closes the connection with the reason self.`,
  )

  const reflects = 'The checker sent back what your program had sent to it, on the same connection'
  const mirror = await house.meet('outbound', 'a mirror')
  t.doing(`${reflects}, as an echo server does.`)
  await mirror.peer.write(house.version(mirror.theirs!))
  await expectClosed(t, mirror.peer, {
    op: 'connect',
    expected: 'that your program closes the connection.',
    hint: NONCE,
    silent: 'do you compare the nonce before you answer?',
  })
  await house.expectOver(mirror, 'self', NONCE)

  const outwards = await house.meet('outbound')
  const inwards = await house.meet('inbound')
  const what =
    'Your program connected to the checker and sent its version. On another connection, the checker sent a version with the same nonce'
  t.doing(`${what}.`)
  await inwards.peer.write(house.version({ ...someVersion(t), nonce: outwards.theirs!.nonce }))
  await expectClosed(t, inwards.peer, {
    expected: 'that your program closes that other connection: its own version came back to it.',
    hint: NONCE,
    silent: 'do you compare the nonce before you answer?',
  })
  await house.expectOver(inwards, 'self', NONCE)
  t.doing(
    `${what}. Your program closed that other connection. Then the checker completed the handshake on the first one.`,
  )
  const said = await house.introduce(outwards)
  await house.complete(outwards, said, 'do you close only the connection on which your own nonce came?')
  let guest = outwards
  // The peer's own nonce differs from it in one byte, the last or the first.
  for (const bit of [1n, 1n << 60n]) {
    guest = await expectAnother(t, house, {
      what: 'A peer sent a nonce that differs from one of yours in a single bit.',
      nonce: outwards.theirs!.nonce ^ bit,
      hint: BITS,
    })
  }
  await afterwards(t, house, mirror, [outwards, guest])
}

/** Nonces are compared as long as their connection is open, and no longer. */
async function afterwards(
  t: CheckContext,
  house: House,
  refused: Meeting,
  complete: readonly Meeting[],
): Promise<void> {
  for (const own of complete) {
    const other = await house.meet(own.direction === 'inbound' ? 'outbound' : 'inbound')
    const did = own.direction === 'inbound' ? 'A peer connected to your program' : 'Your program connected'
    t.doing(
      `${did} and completed the handshake. On another connection, the checker sent a version with the nonce that your program had sent on the first one.`,
    )
    const hint = own.direction === 'inbound' ? INBOUND : OPEN
    await other.peer.write(house.version({ ...someVersion(t), nonce: own.theirs!.nonce }))
    await expectClosed(t, other.peer, {
      op: opOf(other),
      expected: 'that your program closes that other connection: its own nonce came back to it.',
      hint,
      silent: hint,
    })
    await house.expectOver(other, 'self', hint)
    await expectOverOnce(t, house, [other])
  }
  for (const meeting of complete) {
    t.doing('The checker closed a connection after the handshake.')
    await expectEnded(t, house, meeting)
  }
  await expectOverOnce(t, house, [refused, ...complete])
  for (const meeting of t.random.shuffle([refused, ...complete])) {
    const how = meeting === refused ? 'your program had refused the peer' : 'the peer had closed it'
    await expectAnother(t, house, {
      what: `A peer sent the nonce that your program had sent on a connection that was over: ${how}.`,
      nonce: meeting.theirs!.nonce,
      hint: OVER,
    })
  }
}

const OPEN =
  'do you remember the nonce of a connection after the handshake, too, until the connection is closed?'
const INBOUND = 'do you remember the nonces that you sent to peers that had connected to you, too?'
const OVER =
  'only the nonces of connections that are still open count. Do you forget a nonce when its connection ends, however it ends?'

/** A version with this nonce comes from another node, and the handshake succeeds. */
async function expectAnother(
  t: CheckContext,
  house: House,
  { what, nonce, hint }: { what: string; nonce: bigint; hint: string },
): Promise<Meeting> {
  const meeting = await house.meet('inbound')
  const said = { ...someVersion(t), nonce }
  t.doing(what)
  await meeting.peer.write(house.version(said))
  await untilRead(t)
  if (meeting.peer.stopped()) {
    t.fail({
      op: 'listen',
      expected: 'that your program takes it for another node.',
      got: 'your program closed the connection.',
      hint,
      lost: true,
    })
  }
  await house.expectIntroduced(meeting, hint)
  await house.complete(meeting, said)
  return meeting
}
