/** A node that talks to itself, and those that only look like it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { someVersion } from '../../shared/version.ts'
import exercise from '../exercise.ts'
import { openHouse } from './house.ts'

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
  // The peer's own nonce differs from it in one byte, the last or the first.
  for (const bit of [1n, 1n << 60n]) {
    const near = await house.meet('inbound')
    const close = { ...someVersion(t), nonce: outwards.theirs!.nonce ^ bit }
    t.doing('A peer sent a nonce that differs from one of yours in a single bit.')
    await near.peer.write(house.version(close))
    await untilRead(t)
    if (near.peer.stopped()) {
      t.fail({
        op: 'listen',
        expected: 'that your program takes it for another node.',
        got: 'your program closed the connection.',
        hint: BITS,
        lost: true,
      })
    }
    await house.expectIntroduced(near, BITS)
    await house.complete(near, close)
  }
}
