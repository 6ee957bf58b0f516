/** Mallory sits between dialer and listener, has keys of her own, and passes on the payloads of the real peers. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { untilRead } from '../../shared/closing.ts'
import {
  ANSWERS,
  beDialed,
  BEGINS,
  expectDialRefused,
  expectNoneSecured,
  FINISHES,
  LISTEN,
  openDoor,
  orItsError,
  Shaking,
} from './handshakes.ts'
import { NOTHING } from './noise.ts'
import { payloadOf, someone } from './peers.ts'
import { sealed } from './session.ts'
import { expectRefused } from './wire.ts'

const HINT =
  'the payload is real, and it is about another static key: do you verify the signature over the static key that came in token s of this handshake?'

export async function middle(t: CheckContext): Promise<void> {
  const [alice, bob, mallory] = ['Alice', 'Bob', 'Mallory'].map(name => someone(t, name)) as [
    ReturnType<typeof someone>,
    ReturnType<typeof someone>,
    ReturnType<typeof someone>,
  ]
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
}
