/** What cannot be read, and what can although it is unusual. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, number } from '../../../check/kit/finding.ts'
import { encodeVersion, type VersionMessage } from '../../../exercise/version-message.ts'
import { expectClosed } from '../../shared/closing.ts'
import { envelope, header, MAX_PAYLOAD } from '../../shared/envelope.ts'
import { someVersion } from '../../shared/version.ts'
import { openHouse, type House } from './house.ts'
import { BY, DIRECTIONS, opOf, type Direction } from './meeting.ts'
import { expectOverOnce } from './over.ts'
import { expectAccepted, expectRefusal, type Refusal } from './refused.ts'
import { MAX_USER_AGENT, userAgentOf } from './user-agent.ts'

/** Too long in bytes, and short in characters. */
const WIDE = `/${'é'.repeat(MAX_USER_AGENT / 2)}/`

/** Versions that are unusual, and good. */
function tolerable(t: CheckContext): { what: string; payload: Buffer; said: VersionMessage; hint: string }[] {
  const more = t.random.bytes(t.random.int(1, 60))
  const [long, longer, shorter, mute, fresh] = Array.from({ length: 5 }, () => someVersion(t))
  const longest = { ...long!, userAgent: userAgentOf(MAX_USER_AGENT) }
  const anonymous = { ...mute!, userAgent: '' }
  const unsynced = { ...fresh!, height: -1 }
  return [
    {
      what: `a version with ${count(more.length, 'more byte')} behind its last field`,
      payload: Buffer.concat([encodeVersion(longer!), more]),
      said: longer!,
      hint: 'bytes behind the last field are ignored: a newer node may have more to say.',
    },
    {
      what: `a version with a user agent of exactly ${MAX_USER_AGENT} bytes`,
      payload: encodeVersion(longest),
      said: longest,
      hint: `${MAX_USER_AGENT} bytes are allowed, one more is not.`,
    },
    {
      what: 'a version without the last field, relay',
      payload: encodeVersion(shorter!).subarray(0, -1),
      said: shorter!,
      hint: 'relay is optional: old nodes do not send it.',
    },
    {
      what: 'a version with an empty user agent',
      payload: encodeVersion(anonymous),
      said: anonymous,
      hint: 'a user agent may be empty.',
    },
    {
      what: 'a version with the height -1',
      payload: encodeVersion(unsynced),
      said: unsynced,
      hint: 'the height is a signed number (i32), as the version is.',
    },
  ]
}

export async function malformed(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const bystander = await house.meet('inbound', 'a bystander')
  const waiting = await house.introduce(bystander)
  const said = someVersion(t)
  const payload = encodeVersion(said)
  const message = (bytes: Uint8Array) => house.message('version', bytes)
  const cut = t.random.int(20, 79)
  const foreign = envelope({
    magic: house.own.magic.map(byte => byte ^ 1),
    command: 'version',
    payload,
  })
  const refusals: Refusal[] = [
    {
      what: `a version with a user agent of ${MAX_USER_AGENT + 1} bytes`,
      bytes: house.version({ ...said, userAgent: userAgentOf(MAX_USER_AGENT + 1) }),
      reason: 'malformed',
      hint: `a user agent has at most ${MAX_USER_AGENT} bytes. Do you disconnect when decodeVersion throws?`,
    },
    {
      what: `a version with a user agent of ${WIDE.length} characters in ${Buffer.byteLength(WIDE)} bytes`,
      bytes: house.version({ ...said, userAgent: WIDE }),
      reason: 'malformed',
      hint: `a user agent has at most ${MAX_USER_AGENT} bytes, and a character may take several. Do you disconnect when decodeVersion throws?`,
    },
    ...[0, cut, payload.length - 4].map(length => ({
      what: `a version payload that ends after ${length} of its ${payload.length} bytes`,
      bytes: message(payload.subarray(0, length)),
      reason: 'malformed' as const,
      hint: 'a version that cannot be read is malformed. Do you disconnect when decodeVersion throws?',
    })),
    {
      what: 'a message with another magic',
      bytes: foreign,
      reason: 'malformed',
      hint: 'do you disconnect when the decoder of exercise 2.2 throws?',
    },
    {
      what: `a header that announces a payload of ${number(MAX_PAYLOAD + 1)} bytes, and none of them`,
      bytes: header({ magic: house.own.magic, command: 'version', length: MAX_PAYLOAD + 1 }),
      reason: 'malformed',
      hint: 'the decoder of exercise 2.2 throws as soon as it has such a header, before any of the payload arrives.',
    },
  ]
  for (const refusal of t.random.shuffle(refusals)) await expectRefusal(t, house, 'inbound', refusal)
  await expectRefusal(t, house, 'outbound', t.random.pick(refusals))
  const accepted = t.random.shuffle(tolerable(t))
  for (const one of accepted)
    await expectAccepted(t, house, 'inbound', { ...one, bytes: message(one.payload) })
  const [one] = tolerable(t)
  await expectAccepted(t, house, 'outbound', { ...one!, bytes: message(one!.payload) })
  for (const direction of t.random.shuffle(DIRECTIONS)) await breaksLater(t, house, direction, foreign)
  t.doing('A peer sent its version, then others sent malformed ones, and then it sent its verack.')
  await house.complete(bystander, waiting, 'do you close only the connection on which the bad version came?')
}

/** The decoder goes on judging after the handshake, and what came before the bad message counts. */
async function breaksLater(
  t: CheckContext,
  house: House,
  direction: Direction,
  foreign: Buffer,
): Promise<void> {
  const meeting = await house.meet(direction)
  const said = await house.introduce(meeting)
  t.doing(
    `${BY[direction]} sent its version, and then its verack and a message with another magic in one write.`,
  )
  await meeting.peer.write(Buffer.concat([house.message('verack'), foreign]))
  await house.expectComplete(meeting, said, GOOD_FIRST)
  await expectClosed(t, meeting.peer, {
    op: opOf(meeting),
    expected: 'that your program closes the connection, also after the handshake.',
    hint: LATER,
  })
  await house.expectOver(meeting, 'malformed', LATER)
  await expectOverOnce(t, house, [meeting])
}

const GOOD_FIRST =
  'all good messages before a bad one count. Do you handle each message before you ask the decoder for the next one?'
const LATER =
  'after the handshake, messages are ignored, but not what the decoder of exercise 2.2 refuses: the connection ends as malformed.'
