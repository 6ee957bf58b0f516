/** Published vectors: ephemeral keys are given, so every byte is known. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, hinted } from '../../../check/kit/finding.ts'
import { x25519KeyPair } from '../../../exercise/noise-primitives.ts'
import { firstDifference } from '../../../check/transcript/hexdump.ts'
import exercise from '../exercise.ts'
import { conversation, describePart, mistakeBehind, type Published } from './misconceptions.ts'
import { KEY, type Part, type SideKeys } from './noise.ts'
import { VECTORS } from './vectors.ts'

const { vector } = exercise.ops
const fromHex = (text: string) => Buffer.from(text, 'hex')

export async function vectors(t: CheckContext): Promise<void> {
  for (const { source, hash, messages, ...rest } of VECTORS) {
    const given = {
      prologue: fromHex(rest.prologue),
      statics: rest.statics.map(fromHex),
      ephemerals: rest.ephemerals.map(fromHex),
      payloads: messages.map(({ payload }) => fromHex(payload)),
    }
    t.doing(`The checker asked for the messages of a published vector (${source}).`)
    await expectMessages(t, given, {
      messages: messages.map(({ ciphertext }) => fromHex(ciphertext)),
      ...(hash !== undefined && { hash: fromHex(hash) }),
    })
  }
  for (const prologueLength of [0, t.random.int(1, 100)]) {
    const bytes = (least: number, most: number) => t.random.bytes(t.random.int(least, most))
    const given = {
      prologue: t.random.bytes(prologueLength),
      statics: [t.random.bytes(KEY), t.random.bytes(KEY)],
      ephemerals: [t.random.bytes(KEY), t.random.bytes(KEY)],
      // As libp2p has them: message 1 without a payload.
      payloads: [
        prologueLength === 0 ? Buffer.alloc(0) : bytes(1, 50),
        ...[1, 2, 3, 4].map(() => bytes(0, 100)),
      ],
    }
    t.doing(
      `The checker asked for the messages of random keys, with ${prologueLength === 0 ? 'an empty prologue and no payload in message 1' : count(prologueLength, 'byte') + ' of prologue'}.`,
    )
    await expectMessages(t, given, conversation(keysOf(given), given))
  }
}

const keysOf = ({ statics, ephemerals }: Published) =>
  [0, 1].map(i => ({ e: x25519KeyPair(ephemerals[i]), s: x25519KeyPair(statics[i]) })) as [SideKeys, SideKeys]

async function expectMessages(
  t: CheckContext,
  given: { prologue: Buffer; statics: Buffer[]; ephemerals: Buffer[]; payloads: Buffer[] },
  expected: { messages: Buffer[]; hash?: Buffer },
): Promise<void> {
  const { messages, hash } = await hinted(
    t.call(vector, given),
    "what one side writes, the other side must be able to read: do both do the same steps in the same order, the writer and the reader? A secret takes a key that has arrived: in es, e is the initiator's and s the responder's.",
  )
  for (const [i, message] of expected.messages.entries()) {
    const actual = messages[i]
    if (actual === undefined) {
      t.fail({
        op: vector.name,
        expected: `${count(expected.messages.length, 'message')}, one for each payload.`,
        got: `${messages.length}.`,
        hint: 'the first three payloads belong to the handshake, and each one after that to a transport message.',
      })
    }
    const at = firstDifference(message, actual)
    if (at === undefined) continue
    t.fail({
      op: vector.name,
      expected: `these ${message.length} bytes as ${i < 3 ? `message ${i + 1}` : `transport message ${i - 2}`}.`,
      got: `${count(actual.length, 'byte')}. The first wrong byte is in ${placeOf(i + 1, at)}.`,
      hint: mistakeBehind(keysOf(given), given, i, actual) ?? GENERAL[Math.min(i, 3)]!,
      bytes: { expected: message, actual },
    })
  }
  if (expected.hash === undefined || hash.equals(expected.hash)) return
  t.fail({
    op: vector.name,
    expected: 'the hash h of the handshake, after message 3.',
    got: 'another one, although all messages are right.',
    hint: 'does h include the payload of message 3, and nothing of the transport messages?',
    bytes: { expected: expected.hash, actual: hash },
  })
}

const GENERAL = [
  'message 1 is the public key of e, then the payload as it is: there is no key yet.',
  'message 2 is e as it is, then s and the payload, each encrypted with the key that the tokens before it have made, with h as associated data.',
  'message 3 is s, encrypted with the key of es (its second use: nonce 1), then the payload, encrypted with the key of se.',
  'transport messages have keys of their own (Split): the first for what the initiator sends. Their nonces count from 0 in each direction, and their associated data is empty.',
]

/** Where in which message a byte is. */
function placeOf(message: number, at: number): string {
  if (message > 3)
    return `transport message ${message - 3}, which ${message % 2 === 0 ? 'the responder' : 'the initiator'} sends`
  const parts: readonly (readonly [Part, number])[] = (
    [
      [['e', KEY]],
      [
        ['e', KEY],
        ['s', KEY + 16],
      ],
      [['s', KEY + 16]],
    ] as const
  )[message - 1]!
  let end = 0
  for (const [part, length] of parts) {
    end += length
    if (at < end) return describePart(message, part)
  }
  return describePart(message, 'payload')
}
