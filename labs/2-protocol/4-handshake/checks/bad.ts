/** What a program must ignore, and when it must disconnect. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeVersion, type VersionMessage } from '../../../exercise/version-message.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { checksum, envelope } from '../../shared/envelope.ts'
import { someVersion } from '../../shared/version.ts'
import exercise from '../exercise.ts'
import { expectQuiet } from './expect.ts'
import { DIRECTIONS, openHouse, type Direction, type House, type Reason } from './house.ts'

const BY: Readonly<Record<Direction, string>> = {
  inbound: 'A peer that connected to your program',
  outbound: 'A peer that your program connected to',
}

const UNKNOWN = 'p2plab-hello'

export async function early(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  for (const direction of t.random.shuffle(DIRECTIONS)) {
    const meeting = await house.meet(direction)
    const said = someVersion(t)
    const before = `${BY[direction]} sent ping, sendaddrv2, ${UNKNOWN}, verack and a version with a wrong checksum before its version.`
    t.doing(before)
    const payload = encodeVersion({ ...said, userAgent: '/damaged:1.0/' })
    const damaged = envelope({
      magic: house.own.magic,
      command: 'version',
      payload,
      sum: checksum(payload).map(byte => byte ^ 0xff),
    })
    const messages = [
      house.message('ping', t.random.bytes(8)),
      house.message('sendaddrv2'),
      house.message(UNKNOWN, t.random.bytes(5)),
      house.message('verack'),
      damaged,
    ]
    await meeting.peer.write(Buffer.concat(t.random.shuffle(messages)))
    const NOT_ANSWERED =
      'before the version has arrived, everything else is ignored: not answered, and no reason to disconnect.'
    await expectQuiet(t, house, meeting, { hint: NOT_ANSWERED, early: NOT_ANSWERED })
    t.doing(`${before} Then it sent its version.`)
    await house.introduce(meeting, said)
    await expectQuiet(t, house, meeting, {
      hint: NOT_ANSWERED,
      early: 'a verack before the version answers nothing. Do you wait for one behind the version?',
    })
    t.doing(`${before} Then it sent its version and a verack.`)
    await house.complete(meeting, said)
    await expectQuiet(t, house, meeting, { hint: NOT_ANSWERED })
  }
}

export async function between(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  for (const direction of t.random.shuffle(DIRECTIONS)) {
    const meeting = await house.meet(direction)
    t.doing(`${BY[direction]} sent its version.`)
    const said = await house.introduce(meeting)
    const second = { ...someVersion(t), version: 70015, userAgent: '/second:2.0/', height: said.height + 1 }
    const others = [
      house.message('wtxidrelay'),
      house.message('sendaddrv2'),
      house.message('sendcmpct', Buffer.from('000200000000000000', 'hex')),
      house.message('feefilter', Buffer.from('e803000000000000', 'hex')),
      house.message('ping', t.random.bytes(8)),
      house.message(UNKNOWN, t.random.bytes(30)),
    ]
    const sent = `${BY[direction]} sent wtxidrelay, sendaddrv2, sendcmpct, feefilter, ping and ${UNKNOWN} between its version and its verack`
    const ignored = {
      hint: 'between version and verack, everything else is ignored: not answered, and no reason to disconnect. There are messages that you have never heard of.',
      early: 'only a verack completes the handshake.',
    }
    t.doing(`${sent}.`)
    for (const piece of t.random.cut(Buffer.concat(t.random.shuffle(others)), 3))
      await meeting.peer.write(piece)
    await expectQuiet(t, house, meeting, ignored)
    const twice = {
      hint: 'a second version is ignored, whatever is in it: not answered, and no reason to disconnect.',
      early: 'a second version is no verack.',
    }
    const seconds = [
      house.version(second),
      house.version({ ...second, version: 209 }),
      house.version({ ...second, nonce: meeting.theirs!.nonce }),
      house.message('version', encodeVersion(second).subarray(0, 50)),
    ]
    for (const again of t.random.shuffle(seconds)) {
      t.doing(`${sent}, and a second version.`)
      await meeting.peer.write(again)
      await expectQuiet(t, house, meeting, twice)
    }
    t.doing(`${sent}, and a second version. Then it sent its verack.`)
    await house.complete(meeting, said)
    t.doing(
      `${BY[direction]} completed the handshake, and then sent another version, another verack and a ping.`,
    )
    await meeting.peer.write(
      Buffer.concat([...t.random.shuffle([house.version(second), house.message('verack')]), others[4]!]),
    )
    await expectQuiet(t, house, meeting, twice)
  }
}

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
  await house.expectIntroduced(meeting)
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

export async function malformed(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const bystander = await house.meet('inbound', 'a bystander')
  const waiting = await house.introduce(bystander)
  const agent = (length: number) => `/${'p2plab'.repeat(50).slice(0, length - 2)}/`
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
  const longest = { ...said, userAgent: agent(MAX_USER_AGENT) }
  const more = t.random.int(1, 60)
  const accepted = [
    {
      what: `a version with a user agent of exactly ${MAX_USER_AGENT} bytes`,
      bytes: house.version(longest),
      said: longest,
      hint: `${MAX_USER_AGENT} bytes are allowed, one more is not.`,
    },
    {
      what: `a version with ${more} more bytes behind its last field`,
      bytes: message(Buffer.concat([payload, t.random.bytes(more)])),
      said,
      hint: 'bytes behind the last field are ignored: a newer node may have more to say.',
    },
    {
      what: 'a version without the last field, relay',
      bytes: message(payload.subarray(0, payload.length - 1)),
      said,
      hint: 'relay is optional: old nodes do not send it.',
    },
    {
      what: 'a version with an empty user agent',
      bytes: house.version({ ...said, userAgent: '' }),
      said: { ...said, userAgent: '' },
      hint: 'a user agent may be empty.',
    },
  ]
  for (const one of t.random.shuffle(accepted)) await expectAccepted(t, house, 'inbound', one)
  await expectAccepted(t, house, 'outbound', t.random.pick(accepted))
  t.doing('A peer sent its version, then others sent malformed ones, and then it sent its verack.')
  await house.complete(bystander, waiting, 'do you close only the connection on which the bad version came?')
}

const NONCE =
  'do you remember the nonces of the versions that you sent, on all connections, and compare each nonce that arrives with them?'

export async function self(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  t.doing('The checker called connect with the address that your program itself listens on.')
  const { result } = await t.ask(exercise.ops.connect, { peer: house.address, ...house.own })
  if (result !== undefined) {
    t.fail({
      op: 'connect',
      expected: 'an error: your program has connected to itself.',
      got: `${JSON.stringify(result)}.`,
      hint: NONCE,
    })
  }
  await house.expectSomeOver(
    'self',
    `${NONCE} The side that notices closes the connection with the reason self.`,
  )

  const reflects = 'The checker sent back what your program had sent to it, on the same connection'
  const mirror = await house.meet('outbound', 'a mirror')
  t.doing(`${reflects}, as an echo server does.`)
  await mirror.peer.write(house.version(mirror.theirs!))
  await expectClosed(t, mirror.peer, {
    op: 'connect',
    expected: 'that your program closes the connection.',
    hint: NONCE,
    silent: 'do you compare the nonce before you answer?',
  })
  await house.expectOver(mirror, 'self', NONCE)

  const outwards = await house.meet('outbound')
  const inwards = await house.meet('inbound')
  const what =
    'Your program connected to the checker and sent its version. On another connection, the checker sent a version with the same nonce'
  t.doing(`${what}.`)
  await inwards.peer.write(house.version({ ...someVersion(t), nonce: outwards.theirs!.nonce }))
  await expectClosed(t, inwards.peer, {
    expected: 'that your program closes that other connection: its own version came back to it.',
    hint: NONCE,
    silent: 'do you compare the nonce before you answer?',
  })
  await house.expectOver(inwards, 'self', NONCE)
  t.doing(
    `${what}. Your program closed that other connection. Then the checker completed the handshake on the first one.`,
  )
  const said = await house.introduce(outwards)
  await house.complete(outwards, said, 'do you close only the connection on which your own nonce came?')
  // The peer's own nonce differs from it in one byte, the last or the first.
  for (const bit of [1n, 1n << 60n]) {
    const near = await house.meet('inbound')
    const close = { ...someVersion(t), nonce: outwards.theirs!.nonce ^ bit }
    t.doing('A peer sent a nonce that differs from one of yours in a single bit.')
    await near.peer.write(house.version(close))
    await untilRead(t)
    if (near.peer.stopped()) {
      t.fail({
        op: 'listen',
        expected: 'that your program takes it for another node.',
        got: 'your program closed the connection.',
        hint: 'do you compare all 64 bits of the nonce? A number holds 53 of them exactly; a bigint holds all.',
        lost: true,
      })
    }
    await house.expectIntroduced(near)
    await house.complete(near, close)
  }
}
