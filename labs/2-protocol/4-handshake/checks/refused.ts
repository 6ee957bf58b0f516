/** Versions that a program must refuse, and those that it must not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { VersionMessage } from '../../../exercise/version-message.ts'
import { expectClosed, untilRead } from '../../shared/closing.ts'
import { someVersion } from '../../shared/version.ts'
import { expectQuiet } from './expect.ts'
import { openHouse, type House } from './house.ts'
import { BY, DIRECTIONS, opOf, type Direction, type Reason } from './meeting.ts'
import { expectOverOnce } from './over.ts'

export interface Refusal {
  what: string
  bytes: Buffer
  reason: Reason
  hint: string
  /** The likely misconception when the handshake is complete all the same. Left out: `hint`. */
  onPeer?: string
}

export async function expectRefusal(
  t: CheckContext,
  house: House,
  direction: Direction,
  { what, bytes, reason, hint, onPeer }: Refusal,
): Promise<void> {
  const meeting = await house.meet(direction)
  t.doing(`${BY[direction]} sent ${what}.`)
  await meeting.peer.write(bytes)
  await expectClosed(t, meeting.peer, {
    op: opOf(meeting),
    expected: 'that your program closes the connection.',
    hint,
    silent: 'such a peer gets no answer: look at its version before you send yours, or a verack.',
  })
  await house.expectOver(meeting, reason, `${hint} The reason is ${reason}.`, onPeer)
  await expectOverOnce(t, house, [meeting])
  if (house.told(meeting, 'peer').length === 0) return
  t.fail({
    op: opOf(meeting),
    expected: 'no event peer for a connection that was refused.',
    got: 'one.',
    hint: onPeer ?? hint,
  })
}

export async function expectAccepted(
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
      op: opOf(meeting),
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
  for (const direction of t.random.shuffle(DIRECTIONS)) {
    const old = house.version({ ...someVersion(t), version: OLDEST - 1 })
    await expectRefusal(t, house, direction, {
      what: `version ${OLDEST - 1} of the protocol, and behind it, in the same write, version 70016 and a verack`,
      bytes: Buffer.concat([old, house.version(someVersion(t)), house.message('verack')]),
      reason: 'old',
      hint: 'a version that is too old ends the connection, whatever comes behind it.',
      onPeer:
        'one chunk can bring several messages. When one of them ends the connection, do you leave the rest alone?',
    })
  }
  t.doing('A peer sent its version, then others were refused for theirs, and then it sent its verack.')
  await house.complete(bystander, waiting, 'do you close only the connection on which the old version came?')
}
