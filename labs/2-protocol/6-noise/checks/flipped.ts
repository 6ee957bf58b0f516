/** One bit of a message is flipped on its way. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { untilRead } from '../../shared/closing.ts'
import {
  ANSWERS,
  beDialed,
  BEGINS,
  DIAL,
  enter,
  expectDialRefused,
  expectNoneSecured,
  LISTEN,
  openDoor,
  received,
  Shaking,
} from './handshakes.ts'
import { KEY, NOTHING } from './noise.ts'
import { payloadOf, someone } from './peers.ts'
import { expectEcho, sealed, type Session } from './session.ts'
import { expectRefused } from './wire.ts'

/** A copy with one bit flipped. */
function flip(bytes: Buffer, byte: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[byte]! ^= 1 << bit
  return copy
}

const LENGTH = 2
const TAG = 16
const TOP_BIT =
  'X25519 ignores the top bit of a public key, so the secrets are the same: only h shows it. Do you mix every e into h, as it was sent or received, and give h as associated data?'
const CHECKED =
  'does every decryption end the connection when its tag does not fit? The associated data is h, which stands for all that was sent before.'

export async function flipped(t: CheckContext): Promise<void> {
  await toDialer(t)
  await fromDialer(t)
  await toListener(t)
  await inTransport(t)
}

/** Message 2, in each of its parts. */
async function toDialer(t: CheckContext): Promise<void> {
  const payload = LENGTH + KEY + KEY + TAG
  const places: [part: string, at: (length: number) => [byte: number, bit: number]][] = [
    ['the top bit of e', () => [LENGTH + KEY - 1, 7]],
    ['a bit of e', () => [LENGTH + t.random.int(0, KEY - 2), t.random.int(0, 7)]],
    ['a bit of the encrypted s', () => [LENGTH + KEY + t.random.int(0, KEY - 1), t.random.int(0, 7)]],
    ['a bit of the tag of s', () => [payload - t.random.int(1, TAG), t.random.int(0, 7)]],
    [
      'a bit of the encrypted payload',
      length => [t.random.int(payload, length - TAG - 1), t.random.int(0, 7)],
    ],
    ['a bit of the tag of the payload', length => [length - t.random.int(1, TAG), t.random.int(0, 7)]],
  ]
  for (const [part, at] of places) {
    const dialed = await beDialed(t)
    const { shaking } = dialed
    await shaking.read(1, BEGINS)
    t.doing(`The checker called dial, and answered with a message 2 in which ${part} was flipped.`)
    const message = shaking.write(payloadOf(shaking.me))
    await shaking.peer.write(flip(message, ...at(message.length)))
    await expectDialRefused(
      t,
      dialed,
      'that dial gives up, without message 3.',
      part === 'the top bit of e' ? TOP_BIT : CHECKED,
    )
  }
}

/** Message 1 of the program: the listener answers to what it got. */
async function fromDialer(t: CheckContext): Promise<void> {
  const dialed = await beDialed(t)
  const { shaking } = dialed
  const { message } = await shaking.read(1, BEGINS)
  const honest = new Shaking(t, shaking.peer, DIAL, shaking.me, shaking.program)
  honest.side.read(flip(message, KEY - 1, 7))
  t.doing(
    'The top bit of e in message 1 of your dialer was flipped on its way. The checker answered with message 2.',
  )
  await shaking.peer.write(honest.write(payloadOf(shaking.me)))
  await expectDialRefused(t, dialed, 'that dial gives up, without message 3.', TOP_BIT)
}

async function toListener(t: CheckContext): Promise<void> {
  const door = await openDoor(t)
  const payload = LENGTH + KEY + TAG
  for (const [part, least, most] of [
    ['the encrypted s', LENGTH, payload - TAG - 1],
    ['the tag of s', payload - TAG, payload - 1],
    ['the encrypted payload', payload, -TAG - 1],
    ['the tag of the payload', -TAG, -1],
  ] as const) {
    const dialer = new Shaking(t, await door.connect(), LISTEN, someone(t, 'the checker'), door.program)
    await dialer.peer.write(dialer.write(NOTHING))
    await dialer.read(2, ANSWERS)
    t.doing(`The checker dialed your listener, and a bit of ${part} in message 3 was flipped on its way.`)
    const message = dialer.write(payloadOf(dialer.me))
    const place = (n: number) => (n < 0 ? message.length + n : n)
    await dialer.peer.write(flip(message, t.random.int(place(least), place(most)), t.random.int(0, 7)))
    await expectRefused(t, dialer.peer, {
      op: LISTEN,
      expected: 'that your program closes the connection.',
      hint: CHECKED,
    })
  }
  await untilRead(t)
  expectNoneSecured(t, CHECKED)
}

/** After a good handshake, in both roles. */
async function inTransport(t: CheckContext): Promise<void> {
  const door = await openDoor(t)
  for (const open of [() => enter(t, door), () => received(t)]) {
    for (const inTag of [false, true]) {
      const { session } = await open()
      await expectEcho(t, session)
      await flipOne(t, session, inTag)
    }
  }
}

async function flipOne(t: CheckContext, session: Session, inTag: boolean): Promise<void> {
  t.doing(`A bit of ${inTag ? 'the tag' : 'the ciphertext'} of a transport message was flipped on its way.`)
  const bytes = sealed(session, t.random.bytes(40))
  const at = inTag ? bytes.length - t.random.int(1, TAG) : LENGTH + t.random.int(0, 39)
  await session.peer.write(
    Buffer.concat([flip(bytes, at, t.random.int(0, 7)), sealed(session, Buffer.of(1))]),
  )
  await expectRefused(t, session.peer, {
    op: session.op,
    expected: 'that your program closes the connection and echoes nothing of it, nor what follows.',
    hint: 'does a transport message that does not fit its tag end the connection? Nobody knows what else was changed.',
  })
}
