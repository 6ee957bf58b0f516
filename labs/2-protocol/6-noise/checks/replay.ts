/** Messages that were good once: sent again, left out, or sent back to the one who wrote them. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { untilRead } from '../../shared/closing.ts'
import {
  ANSWERS,
  beDialed,
  BEGINS,
  enter,
  expectDialRefused,
  expectNoneSecured,
  expectSecured,
  FINISHES,
  LISTEN,
  openDoor,
  orItsError,
  received,
  Shaking,
  type Door,
} from './handshakes.ts'
import { NOTHING } from './noise.ts'
import { payloadOf, someone } from './peers.ts'
import { expectEcho, expectPlaintext, sealed, type Session } from './session.ts'
import { expectRefused, framed, readFrame } from './wire.ts'

const FRESH =
  'is e new in every handshake, and does every secret go into ck? An old message 3 does not fit a new e.'
const COUNTED =
  'does each transport message need the next nonce? Then one that comes again, or too early, does not fit.'
const DIRECTIONS =
  'do the two directions have two keys? With one for both, whatever you send can be sent back to you as if the peer had written it.'

export async function replay(t: CheckContext): Promise<void> {
  const door = await openDoor(t)
  await oldHandshake(t, door)
  await oldMessage2(t)
  for (const open of [() => enter(t, door), () => received(t)]) {
    for (const attack of [again, leftOut, reflected]) {
      const { session } = await open()
      await expectEcho(t, session)
      await attack(t, session)
    }
  }
}

/** All that a dialer sent is recorded and sent once more: message 1 looks good, and message 3 cannot. */
async function oldHandshake(t: CheckContext, door: Door): Promise<void> {
  const first = new Shaking(t, await door.connect(), LISTEN, someone(t, 'the victim'), door.program)
  const message1 = first.write(NOTHING)
  await first.peer.write(message1)
  const { message: answer } = await first.read(2, ANSWERS)
  const last = first.write(payloadOf(first.me))
  const session = first.session()
  const order = t.random.bytes(20)
  const rest = Buffer.concat([last, sealed(session, order)])
  await first.peer.write(rest)
  await expectSecured(t, first.me)
  await expectPlaintext(t, session, order, { what: 'the echo of 20 bytes' })

  const again = await door.connect('the replay')
  t.doing(
    'The checker recorded all that a dialer sent, and sent the same bytes once more on a new connection.',
  )
  await again.write(message1)
  const frame = await readFrame(again)
  if (frame.message?.subarray(0, 32).equals(answer.subarray(0, 32))) {
    t.fail({
      op: LISTEN,
      expected: 'a message 2 with a new e.',
      got: 'the same e as before.',
      hint: FRESH,
    })
  }
  await again.write(rest)
  await expectRefused(t, again, {
    op: LISTEN,
    expected: 'that your program closes the connection at message 3, and echoes nothing.',
    hint: FRESH,
  })
  await untilRead(t)
  expectNoneSecured(t, FRESH)
}

async function oldMessage2(t: CheckContext): Promise<void> {
  const first = await beDialed(t)
  await first.shaking.read(1, BEGINS)
  const message2 = first.shaking.write(payloadOf(first.shaking.me))
  await first.shaking.peer.write(message2)
  await orItsError(t, first.answer, first.shaking.read(3, FINISHES))
  const second = await beDialed(t)
  const { message } = await second.shaking.read(1, BEGINS)
  t.doing('The checker answered a call of dial with the message 2 of an earlier one.')
  await second.shaking.peer.write(message2)
  await expectDialRefused(t, second, 'that dial gives up, without message 3: this answers another e.', FRESH)
  const third = await beDialed(t)
  await third.shaking.read(1, BEGINS)
  t.doing('The checker sent message 1 of your dialer back to it.')
  await third.shaking.peer.write(framed(message))
  await expectDialRefused(
    t,
    third,
    'that dial gives up, without message 3: this is not message 2.',
    'is a message that ends before its tokens do refused?',
  )
}

async function again(t: CheckContext, session: Session): Promise<void> {
  const bytes = sealed(session, t.random.bytes(30))
  t.doing('The checker sent a transport message, and then the same bytes once more.')
  await session.peer.write(bytes)
  await readFrame(session.peer)
  await session.peer.write(bytes)
  await refused(t, session, COUNTED)
}

async function leftOut(t: CheckContext, session: Session): Promise<void> {
  t.doing('A transport message was lost on its way, and the next one arrived.')
  sealed(session, t.random.bytes(30))
  await session.peer.write(sealed(session, t.random.bytes(30)))
  await refused(t, session, COUNTED)
}

async function reflected(t: CheckContext, session: Session): Promise<void> {
  const { peer } = session
  await peer.write(sealed(session, t.random.bytes(30)))
  const { message = NOTHING } = await readFrame(peer)
  t.doing('The checker sent a transport message of your program back to it, as it was.')
  await peer.write(framed(message))
  await refused(t, session, DIRECTIONS)
}

const refused = (t: CheckContext, session: Session, hint: string) =>
  expectRefused(t, session.peer, {
    op: session.op,
    expected: 'that your program closes the connection and echoes nothing of it.',
    hint,
  })
