/** Versions that a program must refuse, and those that it must not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { encodeVersion, type VersionMessage } from '../../../exercise/version-message.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { envelope } from '../../shared/envelope.ts'
import { someVersion } from '../../shared/version.ts'
import { expectQuiet } from './expect.ts'
import { openHouse, type House } from './house.ts'
import { BY, type Direction, type Reason } from './meeting.ts'

interface Refusal {
  what: string
  /** Of the version message. */
  bytes: Buffer
  reason: Reason
  hint: string
}

async function expectRefusal(
  t: CheckContext,
  house: House,
  direction: Direction,
  { what, bytes, reason, hint }: Refusal,
): Promise<void> {
  const meeting = await house.meet(direction)
  t.doing(`${BY[direction]} sent ${what}.`)
  await meeting.peer.write(bytes)
  await expectClosed(t, meeting.peer, {
    op: direction === 'inbound' ? 'listen' : 'connect',
    expected: 'that your program closes the connection.',
    hint,
    silent: 'such a peer gets no answer: look at its version before you send yours, or a verack.',
  })
  await house.expectOver(meeting, reason, `${hint} The reason is ${reason}.`)
  if (house.told(meeting, 'peer').length === 0) return
  t.fail({ expected: 'no event peer for a connection that was refused.', got: 'one.', hint })
}

async function expectAccepted(
  t: CheckContext,
  house: House,
  direction: Direction,
  { what, bytes, said, hint }: { what: string; bytes: Buffer; said: VersionMessage; hint: string },
): Promise<void> {
  const meeting = await house.meet(direction)
  t.doing(`${BY[direction]} sent ${what}.`)
  await meeting.peer.write(bytes)
  await untilRead(t)
  if (meeting.peer.stopped()) {
    t.fail({
      op: direction === 'inbound' ? 'listen' : 'connect',
      expected: 'that your program accepts it, and answers.',
      got: 'your program closed the connection.',
      hint,
      lost: true,
    })
  }
  await house.expectIntroduced(meeting, hint)
  await house.complete(meeting, said, hint)
  await expectQuiet(t, house, meeting, { hint })
}

/** The oldest that is accepted: Bitcoin Core, src/node/protocol_version.h, MIN_PEER_PROTO_VERSION. */
const OLDEST = 31800

export async function versions(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const bystander = await house.meet('inbound', 'a bystander')
  const waiting = await house.introduce(bystander)
  const cases: [number, Direction][] = [
    ...[OLDEST, OLDEST - 1, 209, 0, -1, 70015, 70016, 70017, 2 ** 31 - 1].map(
      version => [version, 'inbound'] as [number, Direction],
    ),
    ...[OLDEST, OLDEST - 1, 60002, 70017].map(version => [version, 'outbound'] as [number, Direction]),
  ]
  for (const [version, direction] of t.random.shuffle(cases)) {
    const said = { ...someVersion(t), version }
    const sent = { what: `version ${version} of the protocol`, bytes: house.version(said) }
    if (version < OLDEST) {
      await expectRefusal(t, house, direction, {
        ...sent,
        reason: 'old',
        hint: `a version below ${OLDEST} is too old. Do you look at the version before you answer? It is a signed number.`,
      })
    } else {
      await expectAccepted(t, house, direction, {
        ...sent,
        said,
        hint: `every version from ${OLDEST} on is accepted, also one that is newer than yours.`,
      })
    }
  }
  t.doing('A peer sent its version, then others were refused for theirs, and then it sent its verack.')
  await house.complete(bystander, waiting, 'do you close only the connection on which the old version came?')
}

/** Bitcoin Core, src/net.h: MAX_SUBVERSION_LENGTH. */
const MAX_USER_AGENT = 256

const agent = (length: number) => `/${'p2plab'.repeat(50).slice(0, length - 2)}/`

/** Versions that are unusual, and good. */
function tolerable(t: CheckContext): { what: string; payload: Buffer; said: VersionMessage; hint: string }[] {
  const more = t.random.bytes(t.random.int(1, 60))
  const [long, longer, shorter, mute] = Array.from({ length: 4 }, () => someVersion(t))
  const longest = { ...long!, userAgent: agent(MAX_USER_AGENT) }
  const anonymous = { ...mute!, userAgent: '' }
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
  const refusals: Refusal[] = [
    {
      what: `a version with a user agent of ${MAX_USER_AGENT + 1} bytes`,
      bytes: house.version({ ...said, userAgent: agent(MAX_USER_AGENT + 1) }),
      reason: 'malformed',
      hint: `a user agent has at most ${MAX_USER_AGENT} bytes. Do you disconnect when decodeVersion throws?`,
    },
    ...[0, cut, payload.length - 4].map(length => ({
      what: `a version payload that ends after ${length} of its ${payload.length} bytes`,
      bytes: message(payload.subarray(0, length)),
      reason: 'malformed' as const,
      hint: 'a version that cannot be read is malformed. Do you disconnect when decodeVersion throws?',
    })),
    {
      what: 'a message with another magic',
      bytes: envelope({ magic: house.own.magic.map(byte => byte ^ 1), command: 'version', payload }),
      reason: 'malformed',
      hint: 'do you disconnect when the decoder of exercise 2.2 throws?',
    },
  ]
  for (const refusal of t.random.shuffle(refusals)) await expectRefusal(t, house, 'inbound', refusal)
  await expectRefusal(t, house, 'outbound', t.random.pick(refusals))
  const accepted = t.random.shuffle(tolerable(t))
  for (const one of accepted)
    await expectAccepted(t, house, 'inbound', { ...one, bytes: message(one.payload) })
  const [one] = tolerable(t)
  await expectAccepted(t, house, 'outbound', { ...one!, bytes: message(one!.payload) })
  t.doing('A peer sent its version, then others sent malformed ones, and then it sent its verack.')
  await house.complete(bystander, waiting, 'do you close only the connection on which the bad version came?')
}
