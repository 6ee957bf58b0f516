/** Many messages, and long ones. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import { enter, openDoor, received } from './handshakes.ts'
import { NOTHING, TAG } from './noise.ts'
import { expectEcho, expectPlaintext, sealed, type Session } from './session.ts'
import { expectRefused, framed, MAX_MESSAGE } from './wire.ts'

/** The second byte of the nonce is needed from message 256 on. */
const MANY = 300
const MOST = MAX_MESSAGE - TAG

export async function nonces(t: CheckContext): Promise<void> {
  const door = await openDoor(t)
  for (const [role, open] of [
    ['listener', () => enter(t, door)],
    ['dialer', () => received(t)],
  ] as const) {
    const { session } = await open()
    for (let i = 0; i <= MANY; i++) {
      if (i === 0 || i === 255) {
        t.doing(
          `After a handshake with your ${role}, the checker sent ${MANY + 1} transport messages, one after the other. Up to message ${i}, all was good.`,
        )
      }
      await expectEcho(t, session, {
        bytes: t.random.bytes(t.random.int(1, 30)),
        ...(i >= 255 && {
          hint: 'does the count have more than one byte? It is a u64, little-endian.',
        }),
      })
    }
    session.peer.destroy()
  }
}

export async function lengths(t: CheckContext): Promise<void> {
  for (const length of [MOST, MOST + 1, t.random.int(150_000, 250_000)]) {
    const bytes = t.random.bytes(length)
    const hint = `do you cut what is longer than ${number(MOST)} bytes? A message has at most ${number(MAX_MESSAGE)}, its tag included.`
    const { session } = await received(t, { bytes }, hint)
    t.doing(`The checker called dial with ${number(length)} bytes to send.`)
    await expectPlaintext(t, session, bytes, {
      what: `the ${number(length)} bytes that dial was given`,
      hint,
    })
    await longEchoes(t, session)
  }
  const door = await openDoor(t)
  const { session } = await enter(t, door)
  await longEchoes(t, session)
  for (const length of [0, TAG - 1]) {
    const { session } = await enter(t, door)
    t.doing(`The checker sent a transport message of ${length} bytes, which has no room for a tag.`)
    await session.peer.write(framed(t.random.bytes(length)))
    await expectRefused(t, session.peer, {
      op: session.op,
      expected: 'that your program closes the connection: this is not a transport message.',
      hint: 'do you decrypt every message that arrives, however short it is?',
    })
  }
}

/** The longest message, then an empty one and a short one in the same write. */
async function longEchoes(t: CheckContext, session: Session): Promise<void> {
  const role = session.op === 'listen' ? 'listener' : 'dialer'
  t.doing(
    `The checker sent your ${role} a transport message of ${number(MAX_MESSAGE)} bytes, then an empty and a short one.`,
  )
  const [long, short] = [t.random.bytes(MOST), t.random.bytes(10)]
  void session.peer.write(
    Buffer.concat([sealed(session, long), sealed(session, NOTHING), sealed(session, short)]),
  )
  await expectPlaintext(t, session, Buffer.concat([long, short]), {
    what: `the echo of ${number(MOST)} and ${short.length} bytes`,
    hint: `a message has up to ${number(MAX_MESSAGE)} bytes: ${number(MOST)} of plaintext and ${TAG} of its tag. An empty plaintext is allowed, too.`,
  })
}
