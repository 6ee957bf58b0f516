/** What a program must ignore. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { encodeVersion } from '../../../exercise/version-message.ts'
import { checksum, envelope } from '../../shared/envelope.ts'
import { someVersion } from '../../shared/version.ts'
import { expectQuiet } from './expect.ts'
import { openHouse } from './house.ts'
import { BY, DIRECTIONS } from './meeting.ts'

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
