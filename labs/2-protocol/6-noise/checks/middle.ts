/** Mallory sits between dialer and listener, has keys of her own, and passes on the payloads of the real peers. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { untilRead } from '../../shared/closing.ts'
import {
  ANSWERS,
  beDialed,
  BEGINS,
  enter,
  expectDialRefused,
  expectNoneSecured,
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
import { sealed } from './session.ts'
import { expectRefused } from './wire.ts'

type Who = ReturnType<typeof someone>

const HINT =
  'the payload is real, and it is about another static key: do you verify the signature over the static key that came in token s of this handshake?'

export async function middle(t: CheckContext): Promise<void> {
  const [alice, bob, mallory] = ['Alice', 'Bob', 'Mallory'].map(name => someone(t, name)) as [Who, Who, Who]
  const door = await openDoor(t, bob)

  t.doing('Mallory dialed your listener, Bob, and sent message 1 of the handshake.')
  const toBob = new Shaking(t, await door.connect(), LISTEN, mallory, bob)
  await toBob.peer.write(toBob.write(NOTHING))
  const { payload: fromBob } = await toBob.read(2, ANSWERS)
  const fooled = await beDialed(t, { program: alice, me: mallory, expect: bob.id })
  await fooled.shaking.read(1, BEGINS)
  t.doing(
    'Your dialer wanted to reach Bob, your listener. Mallory took the connection and passed on the payload of Bob, with keys of her own.',
  )
  await fooled.shaking.peer.write(fooled.shaking.write(fromBob))
  await expectDialRefused(
    t,
    fooled,
    'that dial gives up, without message 3: Bob has not signed the static key of Mallory.',
    HINT,
  )

  // Alice tells Mallory who she is because she wants to talk to her. Mallory then claims to be Alice.
  const honest = await beDialed(t, { program: alice, me: mallory })
  await honest.shaking.read(1, BEGINS)
  t.doing('Your dialer, Alice, reached Mallory, who answered with a good message 2 of her own.')
  await honest.shaking.peer.write(honest.shaking.write(payloadOf(mallory)))
  const { payload: fromAlice } = await orItsError(t, honest.answer, honest.shaking.read(3, FINISHES))
  t.doing(
    'Your dialer, Alice, talked to Mallory. Mallory then dialed your listener and passed on the payload of Alice in message 3.',
  )
  const last = toBob.write(fromAlice)
  await toBob.peer.write(Buffer.concat([last, sealed(toBob.session(), t.random.bytes(10))]))
  await expectRefused(t, toBob.peer, {
    op: LISTEN,
    expected: 'that your listener closes the connection: Alice has not signed the static key of Mallory.',
    hint: HINT,
  })
  await untilRead(t)
  expectNoneSecured(t, HINT)
  await knownPayload(t, door, mallory)
}

const KNOWN =
  'do you verify the signature in every handshake? A payload that was good once is good with the same static key only.'

/** Mallory has listened to Carol before: Carol's payload is one that the program has found good. */
async function knownPayload(t: CheckContext, door: Door, mallory: Who): Promise<void> {
  const carol = someone(t, 'Carol')
  const { session } = await enter(t, door, carol)
  const toProgram = new Shaking(t, await door.connect(), LISTEN, mallory, door.program)
  await toProgram.peer.write(toProgram.write(NOTHING))
  await toProgram.read(2, ANSWERS)
  t.doing(
    'Carol dialed your listener. Then Mallory dialed it, too, and sent the payload of Carol in message 3.',
  )
  const last = toProgram.write(payloadOf(carol))
  await toProgram.peer.write(Buffer.concat([last, sealed(toProgram.session(), t.random.bytes(10))]))
  await expectRefused(t, toProgram.peer, {
    op: LISTEN,
    expected: 'that your listener closes the connection: Carol has not signed the static key of Mallory.',
    hint: KNOWN,
  })
  await untilRead(t)
  expectNoneSecured(t, KNOWN)
  session.peer.destroy()

  const { session: good } = await received(t, { me: carol })
  const fooled = await beDialed(t, { me: mallory, expect: carol.id })
  await fooled.shaking.read(1, BEGINS)
  t.doing('Your dialer reached Carol. When it dialed her again, Mallory answered, with the payload of Carol.')
  await fooled.shaking.peer.write(fooled.shaking.write(payloadOf(carol)))
  await expectDialRefused(
    t,
    fooled,
    'that dial gives up, without message 3: Carol has not signed the static key of Mallory.',
    KNOWN,
  )
  good.peer.destroy()
}
