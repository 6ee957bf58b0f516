/** Peers that do not prove what they say: their encryption is right, and their payload is not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeNoisePayload } from '../../../exercise/noise-payload.ts'
import { bytesField } from '../../../exercise/protobuf.ts'
import { ed25519Sign } from '../../../exercise/noise-primitives.ts'
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
  Shaking,
} from './handshakes.ts'
import { NOTHING } from './noise.ts'
import { payloadOf, signed, someone, type Who } from './peers.ts'
import { expectEcho, sealed } from './session.ts'
import { expectRefused } from './wire.ts'

const VERIFY =
  'do you verify the signature with the identity key of the payload, over "noise-libp2p-static-key:" and the static key that this handshake has shown?'

interface Lie {
  what: string
  payload(who: Who, other: Who): Buffer
  hint?: string
}

const LIES: readonly Lie[] = [
  {
    what: 'a signature with one bit flipped',
    payload(who) {
      const signature = ed25519Sign(who.identity, signed(who.s.publicKey))
      signature[40]! ^= 1
      return payloadOf(who, signature)
    },
  },
  {
    what: 'a signature of another static key',
    payload: (who, other) => payloadOf(who, ed25519Sign(who.identity, signed(other.s.publicKey))),
  },
  {
    what: 'a signature of the static key alone, without "noise-libp2p-static-key:" in front',
    payload: who => payloadOf(who, ed25519Sign(who.identity, who.s.publicKey)),
    hint: 'does the text "noise-libp2p-static-key:" stand in front of the static key in what you verify? Without it, a signature made for something else could pass.',
  },
  {
    what: "somebody else's identity key, with a signature of its own",
    payload: (who, other) =>
      encodeNoisePayload({
        identityKey: other.publicKey,
        signature: ed25519Sign(who.identity, signed(who.s.publicKey)),
      }),
  },
  {
    what: 'no payload at all',
    payload: () => NOTHING,
    hint: 'a peer that sends no identity has proven none: decodeNoisePayload throws, and the connection ends.',
  },
  {
    what: 'an identity key and an empty signature',
    payload: who => payloadOf(who, NOTHING),
    hint: 'a payload with an empty signature proves nothing: do you verify what is there, whatever its length?',
  },
  {
    what: 'an identity key and no signature',
    payload: who => payloadOf(who).subarray(0, 2 + 36),
    hint: 'a payload without a signature proves nothing.',
  },
]

/** A payload from a later version: extensions (field 4), as libp2p sends them, and fields that nobody knows yet. */
const extended = (t: CheckContext, who: Who): Buffer =>
  Buffer.concat([
    bytesField(3, t.random.bytes(5)),
    payloadOf(who),
    bytesField(4, bytesField(2, Buffer.from('/yamux/1.0.0'))),
    // Field 1000, the number 300.
    Buffer.from('c03eac02', 'hex'),
  ])

const EXTENDED =
  'do you skip fields of the payload that you do not know? Extensions (field 4) are among them.'

export async function identity(t: CheckContext): Promise<void> {
  await asListener(t)
  await asDialer(t)
}

async function asListener(t: CheckContext): Promise<void> {
  const door = await openDoor(t)
  const { session } = await enter(t, door)
  await expectEcho(t, session)
  const other = someone(t, 'somebody else')
  for (const { what, payload, hint = VERIFY } of LIES) {
    const liar = new Shaking(t, await door.connect(), LISTEN, someone(t, 'the liar'), door.program)
    await liar.peer.write(liar.write(NOTHING))
    await liar.read(2, ANSWERS)
    t.doing(`A dialer sent ${what} in message 3, and a transport message behind it.`)
    const last = liar.write(payload(liar.me, other))
    await liar.peer.write(Buffer.concat([last, sealed(liar.session(), t.random.bytes(10))]))
    await expectRefused(t, liar.peer, {
      op: LISTEN,
      expected: 'that your program closes the connection and echoes nothing.',
      hint,
    })
    await untilRead(t)
    expectNoneSecured(t, hint)
  }
  const newer = new Shaking(t, await door.connect(), LISTEN, someone(t, 'newer'), door.program)
  await newer.peer.write(newer.write(NOTHING))
  await newer.read(2, ANSWERS)
  t.doing('A dialer sent extensions and unknown fields in the payload of message 3.')
  await newer.peer.write(newer.write(extended(t, newer.me)))
  await expectSecured(t, newer.me)
  await expectEcho(t, newer.session(), { hint: EXTENDED })
}

async function asDialer(t: CheckContext): Promise<void> {
  const other = someone(t, 'somebody else')
  for (const { what, payload, hint = VERIFY } of LIES) {
    const dialed = await beDialed(t, { me: someone(t, 'the liar'), expect: '' })
    const { shaking } = dialed
    await shaking.read(1, BEGINS)
    t.doing(`The checker called dial without \`expect\`, and sent ${what} in message 2.`)
    await shaking.peer.write(shaking.write(payload(shaking.me, other)))
    await expectDialRefused(t, dialed, 'that dial gives up, without message 3.', hint)
  }
  const dialed = await beDialed(t, { expect: other.id })
  await dialed.shaking.read(1, BEGINS)
  t.doing('The checker called dial, and another peer than `expect` answered, with a good message 2.')
  await dialed.shaking.peer.write(dialed.shaking.write(payloadOf(dialed.shaking.me)))
  await expectDialRefused(
    t,
    dialed,
    'that dial gives up, without message 3: this is another peer.',
    'do you compare the peer ID of message 2 with `expect` before you send message 3, which tells who you are?',
  )
  const newer = await beDialed(t)
  await newer.shaking.read(1, BEGINS)
  t.doing('The checker called dial, and sent extensions and unknown fields in the payload of message 2.')
  await newer.shaking.peer.write(newer.shaking.write(extended(t, newer.shaking.me)))
  await orItsError(t, newer.answer, newer.shaking.read(3, FINISHES))
  await expectEcho(t, newer.shaking.session(), { hint: EXTENDED })
}
