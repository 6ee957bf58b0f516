/** Handshakes that must succeed. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { untilRead } from '../../shared/closing.ts'
import { someVersion } from '../../shared/version.ts'
import exercise from '../exercise.ts'
import { expectQuiet } from './expect.ts'
import { openHouse, type House } from './house.ts'
import { DIRECTIONS, type Direction, type Meeting } from './meeting.ts'
import { ENDED, expectEnded, expectOverOnce } from './over.ts'
import { BTCD_DIALS, BTCD_IS_DIALED, CORE, type Recording } from './recorded.ts'
import { MAX_USER_AGENT, userAgentOf } from './user-agent.ts'

const EARLY = "does the event wait for the peer's verack? A version alone is half a handshake."

export async function inbound(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const [first, second] = [await house.meet('inbound', 'peer A'), await house.meet('inbound', 'peer B')]
  t.doing('Two peers connected to your program, and have sent nothing yet.')
  await expectQuiet(t, house, first, {
    hint: "the side that has connected begins. Send your version when the peer's has arrived.",
  })
  const [said, other] = [someVersion(t), someVersion(t)]
  t.doing('Peer A sent its version in several pieces.')
  for (const piece of t.random.cut(house.version(said), 4)) {
    await first.peer.write(piece)
    await untilRead(t)
  }
  await house.expectIntroduced(first)
  await expectQuiet(t, house, first, { hint: ONCE, early: EARLY })
  t.doing('Peer A has sent its version, and no verack yet. Then peer B sent its version, and a verack.')
  await house.introduce(second, other)
  await house.complete(second, other)
  await expectQuiet(t, house, first, {
    hint: ONCE,
    early: 'does each connection have a state of its own? Only the other peer has sent its verack.',
  })
  t.doing('Peer A sent its version, and some time later its verack.')
  await house.complete(first, said)
  await expectQuiet(t, house, first, { hint: ONCE })
  if (first.theirs!.nonce === second.theirs!.nonce) {
    t.fail({
      op: 'listen',
      expected: 'a new random nonce in the version of each connection.',
      got: `the same one twice: ${first.theirs!.nonce}.`,
      hint: 'do you draw eight random bytes for each connection?',
    })
  }
  t.doing('Two peers completed the handshake. Then one of them closed its connection.')
  await expectEnded(t, house, first)
  await expectQuiet(t, house, second, { hint: 'do you close only the connection that the peer has closed?' })
  t.doing('A peer completed the handshake, and then broke its connection (RST).')
  second.peer.reset()
  await house.expectOver(second, 'ended', ENDED)
  const gone: Meeting[] = []
  for (const says of t.random.shuffle(['nothing', 'its version and no verack'])) {
    const meeting = await house.meet('inbound')
    if (says !== 'nothing') await house.introduce(meeting)
    t.doing(`A peer connected to your program, sent ${says}, and closed its connection.`)
    await expectEnded(t, house, meeting)
    gone.push(meeting)
  }
  await expectOverOnce(t, house, [first, second, ...gone])
}

const ONCE = 'a peer gets one version and one verack from you, and nothing else.'

export async function outbound(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  t.doing('The checker started a server of its own, and called connect with its address.')
  const meeting = await house.meet('outbound')
  t.doing('Your program connected to the checker, which has sent nothing yet.')
  await expectQuiet(t, house, meeting, {
    hint: "your verack answers the peer's version. Nothing has come from the peer yet.",
    early: 'nothing has come from the peer yet.',
  })
  const said = someVersion(t)
  t.doing('Your program connected to the checker, which sent its version.')
  await house.introduce(meeting, said)
  await expectQuiet(t, house, meeting, { hint: ONCE, early: EARLY })
  t.doing('Your program connected to the checker, which sent its version and its verack.')
  await house.complete(meeting, said)
  await expectQuiet(t, house, meeting, { hint: ONCE })

  const hasty = await house.meet('outbound')
  const version = someVersion(t)
  t.doing(
    'Your program connected to the checker, which sent its version, its verack and a ping in one write.',
  )
  const ping = house.message('ping', t.random.bytes(8))
  await hasty.peer.write(Buffer.concat([house.version(version), house.message('verack'), ping]))
  await house.expectIntroduced(hasty)
  await house.expectComplete(hasty, version, 'one chunk can bring several messages.')
  await expectQuiet(t, house, hasty, { hint: ONCE })

  const lost = await house.meet('outbound')
  t.doing('Your program connected to the checker, which sent its version, and closed the connection.')
  await house.introduce(lost)
  lost.peer.destroy()
  await house.expectOver(lost, 'ended', ENDED)
  await expectRefused(t, house)
  for (const one of [meeting, hasty])
    await expectQuiet(t, house, one, { hint: 'do you close only the connection that is over?' })
  await expectOverOnce(t, house, [lost])

  // Its length takes three bytes.
  const long = userAgentOf(t.random.int(253, MAX_USER_AGENT))
  const wordy = await openHouse(t, { userAgent: long })
  t.doing(
    `The checker started a server of its own, and called connect with its address and a userAgent of ${long.length} bytes.`,
  )
  await wordy.meet('outbound')
}

async function expectRefused(t: CheckContext, { own }: House): Promise<void> {
  const server = await t.sockets.serve(beginsWith(own.magic))
  await server.stopListening()
  t.doing('The checker called connect with an address where nobody listens.')
  const { result } = await t.ask(exercise.ops.connect, { peer: server.address, ...own })
  if (result === undefined) return
  t.fail({
    op: 'connect',
    expected: 'an error: the connection is refused.',
    got: `${JSON.stringify(result)}.`,
    hint: 'does an error of the connection become an error of connect?',
  })
}

export async function recorded(t: CheckContext): Promise<void> {
  await plays(t, 'inbound', BTCD_DIALS)
  await plays(t, 'outbound', BTCD_IS_DIALED)
  await plays(t, t.random.pick(DIRECTIONS), CORE)
}

/** The checker sends what the node sent, whatever comes back. */
async function plays(t: CheckContext, direction: Direction, recording: Recording): Promise<void> {
  const { node, magic, said } = recording
  const house = await openHouse(t, { magic, services: 9n })
  const dials = direction === 'inbound'
  t.doing(
    `The checker played ${node}, byte for byte as recorded: it ${dials ? 'dialed' : 'was dialed by'} your program.`,
  )
  const meeting = await house.meet(direction, node)
  for (const piece of t.random.cut(recording.version, 3)) await meeting.peer.write(piece)
  if (!dials) await meeting.peer.write(recording.rest)
  const ignores = `do you ignore messages that you do not know? ${node} sends some between its version and its verack.`
  await house.expectIntroduced(meeting, ignores)
  if (dials) await meeting.peer.write(recording.rest)
  await house.expectComplete(meeting, { ...someVersion(t), ...said }, ignores)
  await meeting.peer.write(recording.after)
  await expectQuiet(t, house, meeting, {
    hint: 'whatever comes after the handshake is no business of this exercise: ignore it.',
  })
  meeting.peer.destroy()
}

export async function bothDial(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const { services, userAgent, height } = house.own
  // A node like the program itself. Some nodes have one nonce for all connections.
  const said = { ...someVersion(t), services, userAgent, height }
  const what = `A peer and your program dialed each other at once. The peer runs the same software as yours: it has the user agent ${userAgent}, and its own nonce.`
  t.doing(what)
  const outwards = await house.meet('outbound', 'the peer')
  const inwards = await house.meet('inbound', 'the peer')
  for (const { peer } of t.random.shuffle([inwards, outwards])) await peer.write(house.version(said))
  await house.expectIntroduced(inwards, BOTH)
  await house.expectIntroduced(outwards, BOTH)
  for (const meeting of t.random.shuffle([inwards, outwards])) await house.complete(meeting, said, BOTH)
  for (const meeting of [inwards, outwards]) await expectQuiet(t, house, meeting, { hint: BOTH })
  t.doing(`${what} Then they did the same once more.`)
  const again = await house.meet('inbound', 'the peer')
  await house.introduce(again, said, BOTH)
  await house.complete(again, said, BOTH)
  for (const meeting of [inwards, outwards, again]) await expectQuiet(t, house, meeting, { hint: BOTH })
}

const BOTH =
  'a connection leads to yourself only if the peer sends a nonce that you have drawn. That a peer has sent its own nonce before, or is connected already, does not matter here: both connections stay.'
