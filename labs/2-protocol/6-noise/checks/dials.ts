/** The program as dialer: what it sends, and when. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { untilRead } from '../../shared/closing.ts'
import {
  beDialed,
  BEGINS,
  DIAL,
  expectDialRefused,
  FINISHES,
  orItsError,
  received,
  type Dialed,
} from './handshakes.ts'
import { NOTHING } from './noise.ts'
import { payloadOf, someone } from './peers.ts'
import { expectEcho, expectPlaintext, sealed } from './session.ts'
import { expectRefused, framed, sentence } from './wire.ts'

const FIRST =
  'does `bytes` go out behind message 3, encrypted with your key of Split? They are sent once, before anything is echoed.'

export async function dials(t: CheckContext): Promise<void> {
  await stepByStep(t)
  await withoutExpect(t)
  await several(t)
  await givesUp(t)
}

async function stepByStep(t: CheckContext): Promise<void> {
  const bytes = t.random.bytes(t.random.int(20, 200))
  const { shaking, answer } = await beDialed(t, { bytes })
  const { peer, me } = shaking
  const { message } = await shaking.read(1, BEGINS)
  t.doing('The checker called dial, read message 1, and has not answered yet.')
  await untilRead(t)
  if (message.length !== 32 || peer.waiting() > 0) {
    t.fail({
      op: DIAL,
      expected: 'nothing but message 1, the 32 bytes of e, before message 2 arrives.',
      got: `${message.length} bytes in message 1, and ${peer.waiting()} bytes behind it.`,
      hint: 'message 1 has no payload: it would not be encrypted. The bytes of dial wait for message 3.',
    })
  }
  t.doing('The checker called dial, read message 1, and answered with message 2, one byte at a time.')
  for (const byte of shaking.write(payloadOf(me))) await peer.write(Buffer.of(byte))
  await orItsError(t, answer, shaking.read(3, FINISHES))
  const session = shaking.session()
  await expectPlaintext(t, session, bytes, {
    what: `the ${bytes.length} bytes that dial was given, behind message 3`,
    hint: FIRST,
  })
  const { result, error } = await answer
  if (error !== undefined || result.remote !== me.id) {
    t.fail({
      op: DIAL,
      expected: `remote: ${me.id}.`,
      got: error === undefined ? `${result.remote}.` : `an error: ${sentence(error)}`,
      hint: 'remote is the peer ID of the identity key in message 2.',
    })
  }
  t.doing('The checker was dialed, and sent two transport messages in one chunk, then others.')
  const [one, two] = [t.random.bytes(30), t.random.bytes(40)]
  await peer.write(Buffer.concat([sealed(session, one), sealed(session, two)]))
  await expectPlaintext(t, session, Buffer.concat([one, two]), {
    what: 'the echo of both',
    hint: 'does the dialer echo, too? And can one chunk hold several messages?',
  })
  for (let i = 0; i < 3; i++) await expectEcho(t, session)
  t.doing('The checker was dialed, and ended its side of the connection.')
  await peer.end()
  await expectRefused(t, peer, {
    op: DIAL,
    expected: 'that your program ends its side, too.',
    hint: 'when the other side has ended, end your side after what is left to send.',
  })
}

/** Without `expect`, anyone will do; without bytes, nothing is sent. */
async function withoutExpect(t: CheckContext): Promise<void> {
  const { session } = await received(t, { expect: '', me: someone(t, 'anyone') })
  await untilRead(t)
  if (session.peer.waiting() > 0) {
    t.fail({
      op: DIAL,
      expected: 'nothing behind message 3: `bytes` was empty.',
      got: `${session.peer.waiting()} bytes.`,
      hint: 'do you send nothing at all when there is nothing to send?',
    })
  }
  await expectEcho(t, session)
  session.peer.destroy()
}

/** Two calls at once: the first is answered last. */
async function several(t: CheckContext): Promise<void> {
  const calls: { dialed: Dialed; e: string }[] = []
  for (const name of ['Alice', 'Bob']) {
    const dialed = await beDialed(t, { me: someone(t, name) })
    const { message } = await dialed.shaking.read(1, BEGINS)
    calls.push({ dialed, e: message.toString('hex') })
  }
  const [alice, bob] = calls as [(typeof calls)[0], (typeof calls)[0]]
  if (alice.e === bob.e) {
    t.fail({
      op: DIAL,
      expected: 'a new ephemeral key e for each call of dial.',
      got: 'the same e twice.',
      hint: 'is e made anew for each handshake? It is what keeps past conversations secret.',
    })
  }
  t.doing('Two calls of dial were under way, to Alice and to Bob. Bob answered first.')
  for (const { dialed } of [bob, alice]) {
    const { shaking, answer } = dialed
    await shaking.peer.write(shaking.write(payloadOf(shaking.me)))
    await orItsError(t, answer, shaking.read(3, FINISHES))
    const session = shaking.session()
    await expectEcho(t, session)
    const { result } = await answer
    if (result?.remote === shaking.me.id) continue
    t.fail({
      op: DIAL,
      expected: `that this call returns remote: ${shaking.me.id}.`,
      got: `${result?.remote ?? 'an error'}.`,
      hint: 'does each call have a handshake of its own?',
    })
  }
}

async function givesUp(t: CheckContext): Promise<void> {
  const closed = await beDialed(t)
  await closed.shaking.read(1, BEGINS)
  t.doing('The checker called dial, read message 1, and closed the connection.')
  await closed.shaking.peer.end()
  await expectDialRefused(
    t,
    closed,
    'that dial gives up: message 2 cannot come any more.',
    'does dial end with an error when the other side ends the connection during the handshake?',
  )
  for (const [what, message] of [
    ['an empty message', NOTHING],
    ['random bytes', t.random.bytes(t.random.int(100, 250))],
    ['only e', someone(t, 'only e').s.publicKey],
  ] as const) {
    const dialed = await beDialed(t)
    await dialed.shaking.read(1, BEGINS)
    t.doing(`The checker called dial, read message 1, and sent ${what} instead of message 2.`)
    await dialed.shaking.peer.write(framed(message))
    await expectDialRefused(
      t,
      dialed,
      'that dial gives up, without message 3: this is not message 2.',
      'do you let what the handshake throws end the call, and close the connection?',
    )
  }
}
