/** Who is banned, and for how long. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { happens, TooBusy, withTime } from '../../../check/kit/patience.ts'
import { elapsed } from '../../../check/engine/suspension.ts'
import { beginsWith } from '../../../check/peers/accepted.ts'
import { readMessage } from '../../shared/envelope.ts'
import exercise from '../exercise.ts'
import { DIRECTIONS, openHouse, type House, type Meeting } from './house.ts'
import { offence, offender } from './score.ts'

/** One malformed message is fine, two are too much. */
const BAN_SCORE = 30
const CLOCK_MS = 2
/** What is due is given up after so many times the time of the ban, and not before so many tries. */
const OVERDUE = 5
const TRIES = 20
const REFUSES =
  'do you close a connection of a banned peer as soon as you accept it, before you send anything?'

/** Two malformed messages, one by one. Returns the moments between which the ban began, in ms of performance.now(). */
async function misbehaves(t: CheckContext, house: House, meeting: Meeting): Promise<[number, number]> {
  const { offends } = offender(t, house, meeting)
  await offends(['malformed'], FRESH)
  await house.expectQuiet(meeting, `its score is not greater than banScore: a peer may make a mistake.`)
  const from = performance.now()
  await meeting.peer.write(offence(t, house, 'malformed'))
  await house.expectMisbehavior(
    meeting,
    'malformed',
    `for ${meeting.connection}`,
    'a ping or pong of fewer than 8 bytes is malformed.',
  )
  await house.expectBanned(meeting, 'is a peer banned as soon as its score is greater than banScore?')
  return [from, performance.now()]
}

const FRESH =
  'does a peer begin with a score of 0 on each connection? A ban that is over leaves nothing behind.'

export const banEnds = (t: CheckContext): Promise<void> =>
  withTime(t, async (banMs, program) => {
    const house = await openHouse(t, { banMs, banBy: 'address', banScore: BAN_SCORE, program })
    const given = `With a banMs of ${banMs}, a peer got banned by its address`
    t.doing(`With a banMs of ${banMs}, a peer sent two malformed messages, which is too much.`)
    let meeting = await house.meet('inbound')
    // Once more, after the first ban is over: somebody who was banned before is nothing special.
    for (const again of ['', ', for the second time']) {
      const [from, to] = await misbehaves(t, house, meeting)
      const since = elapsed()
      let tries = 0
      let refused = 0
      for (; ; tries++) {
        const asked = performance.now()
        t.doing(
          `${given}${again}. ${Math.round(asked - to)} ms later it connected again, and sent its version.`,
        )
        const peer = await t.sockets.connect(house.port, 'the banned peer')
        if (await house.shakeHands(peer)) {
          meeting = { direction: 'inbound', peer, connection: peer.address }
          break
        }
        refused = asked
        if (performance.now() - to < banMs) await pause(banMs / 4)
        else await pause(20)
        if (asked - to < OVERDUE * banMs || tries < TRIES) continue
        t.fail({
          op: 'listen',
          expected: `that the ban ends ${banMs} ms (banMs) after it began.`,
          got: `your program still closes each connection, ${Math.round(elapsed() - since)} ms later.`,
          hint: 'do you forget a ban when it is over? Attempts to connect in the meantime do not make it longer.',
          lost: true,
        })
      }
      if (performance.now() - from < banMs - CLOCK_MS) {
        t.fail({
          op: 'listen',
          expected: `that your program closes connections from this address for ${banMs} ms (banMs).`,
          got: `it shook hands ${Math.round(performance.now() - from)} ms after the ban began, or earlier.`,
          hint: `${REFUSES} And is banMs in milliseconds?`,
        })
      }
      // Only who was seen to be refused was banned; and only soon after that would an attempt that prolongs the ban have shown.
      if (performance.now() - refused > banMs - CLOCK_MS) throw new TooBusy()
    }
    t.doing(`${given}, twice. Then both bans were over.`)
    const { offends } = offender(t, house, meeting)
    await offends(['malformed'], FRESH)
    await house.expectQuiet(meeting, FRESH)
    await house.meet('outbound')
  })

export async function banBy(t: CheckContext): Promise<void> {
  await byAddress(t)
  await byAddressAndPort(t)
}

async function byAddress(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { banBy: 'address', banScore: BAN_SCORE })
  const given = 'With a banBy of address, a peer got banned'
  const bad = await house.meet(t.random.pick(DIRECTIONS), 'the bad peer')
  const others = [await house.meet('inbound', 'another peer'), await house.meet('outbound')]
  t.doing('With a banBy of address, a peer sent a malformed message.')
  await offender(t, house, others[0]!).offends(['malformed'], FRESH)
  const early = await t.sockets.connect(house.port, 'a peer that has not shaken hands')
  const dialed = await halfDialed(t, house)
  t.doing('With a banBy of address, another peer sent two malformed messages, which is too much.')
  await house.untilRead()
  await misbehaves(t, house, bad)
  t.doing(`${given}. Others with the same address, 127.0.0.1, were connected.`)
  const ALL =
    'a ban closes all connections that have its key. With a banBy of address, that is the address without the port.'
  for (const other of others) {
    await house.expectBanned(other, ALL)
    if (house.told(other, 'misbehavior').length > 0)
      t.fail({ expected: 'no points for peers that only share an address.', got: 'some.', hint: ALL })
  }
  await house.expectClosed(
    early,
    'that your program closes the connection of the peer with the same address, although the handshake is not complete.',
    ALL,
  )
  await house.expectOver({ direction: 'inbound', peer: early, connection: early.address }, 'banned', ALL)
  await expectGivenUp(t, house, dialed, ALL)
  t.doing(`${given}. Then it connected from another port.`)
  const again = await t.sockets.connect(house.port, 'the banned peer')
  await house.expectClosed(
    again,
    'that your program closes the connection at once, before anything comes.',
    REFUSES,
  )
  await house.untilRead()
  for (const name of ['peer', 'closed'] as const) {
    if (house.told({ direction: 'inbound', peer: again, connection: again.address }, name).length === 0)
      continue
    t.fail({
      expected: 'no events about a connection that was refused for a ban.',
      got: `the event ${name}.`,
      hint: 'do you look for a ban before you do anything else with the connection?',
    })
  }
  await expectNotDialed(t, house)
}

/** A call of connect whose handshake is under way: the program has sent its version, and nothing has come from the checker. */
async function halfDialed(t: CheckContext, house: House) {
  const { program, rules, message } = house
  const server = await t.sockets.serve(beginsWith(message('version').subarray(0, 16)))
  const answer = t.ask(exercise.ops.connect, { peer: server.address, ...rules }, { program, ms: 120_000 })
  answer.catch(() => {})
  const peer = await Promise.race([server.accept(), answer.then(() => server.accept(1))])
  const read = await readMessage(peer)
  if (read.command !== 'version') {
    t.fail({
      op: 'connect',
      expected: 'the version of your program.',
      got: read.command === undefined ? 'none.' : `the message ${read.command}.`,
      hint: 'whoever connects begins the handshake of exercise 2.4.',
    })
  }
  return { peer, answer, connection: server.address }
}

async function expectGivenUp(
  t: CheckContext,
  house: House,
  { peer, answer, connection }: Awaited<ReturnType<typeof halfDialed>>,
  hint: string,
): Promise<void> {
  t.doing(
    'With a banBy of address, a peer got banned, while connect was shaking hands with the same address.',
  )
  await house.expectClosed(peer, 'that your program closes this connection, too.', hint)
  await house.expectOver({ direction: 'outbound', peer, connection }, 'banned', hint)
  const GIVES_UP =
    'does connect answer with an error when the connection is closed before the handshake is complete?'
  const answered = await happens(answer, { ms: 1_500, signOfLife: house.program.signOfLife })
  const { result } = answered ? await answer : {}
  if (answered && !result) return
  t.fail({
    op: 'connect',
    expected: 'an error: the connection was closed.',
    got: answered ? 'a result.' : 'no answer, although your program runs.',
    hint: GIVES_UP,
  })
}

async function byAddressAndPort(t: CheckContext): Promise<void> {
  const program = await t.another()
  const house = await openHouse(t, { banScore: BAN_SCORE, program })
  const given = 'With a banBy of address and port, '
  const good = [await house.meet('inbound', 'a good peer'), await house.meet('outbound')]
  const OTHERS =
    'with a banBy of address and port, peers with the same address and another port are other peers.'
  for (const direction of t.random.shuffle(DIRECTIONS)) {
    t.doing(`${given}a peer sent two malformed messages, which is too much.`)
    const bad = await house.meet(direction, 'the bad peer')
    await misbehaves(t, house, bad)
    t.doing(`${given}a peer got banned. Others had the same address, and other ports.`)
    for (const meeting of good) await house.expectQuiet(meeting, OTHERS)
    t.doing(`${given}a peer got banned. Then one with the same address connected from another port.`)
    const peer = await t.sockets.connect(house.port, 'a peer from another port')
    if (!(await house.shakeHands(peer))) {
      t.fail({
        op: 'listen',
        expected: 'that your program accepts it, and shakes hands.',
        got: 'your program closed the connection.',
        hint: OTHERS,
        lost: true,
      })
    }
    if (bad.server) await expectNotDialed(t, house, bad.server)
    t.doing(`${given}a peer got banned. Then the checker called connect with another address and port.`)
    await house.meet('outbound')
  }
}

/** Fails when the program connects to a banned peer: to this one, or to anyone at the checker's address. */
async function expectNotDialed(t: CheckContext, house: House, banned?: Meeting['server']): Promise<void> {
  const { program, rules, message } = house
  const server = banned ?? (await t.sockets.serve(beginsWith(message('version').subarray(0, 16))))
  t.doing(`A peer got banned by its ${rules.banBy}. Then the checker called connect with its address.`)
  const answer = t.ask(exercise.ops.connect, { peer: server.address, ...rules }, { program, ms: 60_000 })
  const expected = 'an error from connect: the peer is banned.'
  const hint = 'do you look for a ban before you connect, by the same key as for peers that connect to you?'
  let dialed = false
  void server.acceptOurs().then(() => (dialed = true))
  const answered = await happens(answer, { ms: 1_500, signOfLife: program.signOfLife })
  await house.untilRead()
  if (dialed || !answered) {
    t.fail({ op: 'connect', expected, got: 'your program connected.', hint })
  }
  const { result } = await answer
  if (result) t.fail({ op: 'connect', expected, got: 'connect returned.', hint })
  // A connection without a byte could be anybody's. But where nobody listens, only who has tried to connect says so.
  await server.stopListening()
  const { error = '' } = await t.ask(
    exercise.ops.connect,
    { peer: server.address, ...rules },
    { program, ms: 60_000 },
  )
  if (!REFUSED.test(error) || /ban/i.test(error)) return
  t.fail({
    op: 'connect',
    did: `A peer got banned by its ${rules.banBy}. Then the checker called connect with its address, at which nobody listened.`,
    expected,
    got: `"${error}": your program has tried to connect.`,
    hint,
  })
}

/** How Node and Python, on each system, say that nobody listens. */
const REFUSED = /ECONNREFUSED|connection refused|actively refused|errno 111|errno 61|10061/i
