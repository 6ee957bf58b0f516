/** Peers that send without end, beside one that means well. */
import { loopbackCapacity } from '../../../check/kit/capacity.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { inNode, number } from '../../../check/kit/finding.ts'
import { memoryJudge } from '../../../check/kit/memory-judge.ts'
import { happens } from '../../../check/kit/patience.ts'
import { HEADER } from '../../shared/envelope.ts'
import { askPing, expectRoundTrip, NONCE } from './asking.ts'
import { openHouse, type House, type Meeting } from './house.ts'
import { expectPong } from './pings.ts'

const MIB = 2 ** 20
const AT_ONCE_MS = 1_500
const MESSAGE = HEADER + NONCE
/** Pongs in one write: 64 KiB. */
const PONGS = 2048
/** Bytes of pings in one write, or one ping, if that is longer. */
const PIECE = 64 * 1024
/** How much the program may grow by: several times what one needs that waits, and what a garbage collector leaves lying about. */
const GROWTH = 128 * MIB
/** Before the next look at a flood that flows: the program has better things to do than to answer the good peer all the time. */
const FLOWS_MS = 10
/** So many pongs to a good peer without progress of the flood show that the program takes no more of it. */
const QUIET_PINGS = 40
const SERVES = 'do you serve each peer, whatever the others do?'

export async function flood(t: CheckContext): Promise<void> {
  const house = await openHouse(t, { banScore: 100 })
  const good = await house.meet('inbound', 'a good peer')
  await junk(t, house, good)
  await unread(t, house, good)
}

/** Each peer serves the other: a ping in both directions. */
async function expectServed(t: CheckContext, house: House, good: Meeting): Promise<void> {
  await expectAnswered(t, house, good)
  await expectRoundTrip(t, house, await askPing(t, house, good), { hint: SERVES })
}

async function expectAnswered(t: CheckContext, house: House, good: Meeting): Promise<void> {
  const nonce = t.random.bytes(NONCE)
  await good.peer.write(house.message('ping', nonce))
  await expectPong(t, house, good, nonce, SERVES)
}

/** So many pongs that the first few are too much. */
async function junk(t: CheckContext, house: House, good: Meeting): Promise<void> {
  const bad = await house.meet('inbound', 'the bad peer')
  const sent = `With a banScore of 100, a peer sent ${number(PONGS)} pongs that answer nothing, in one write`
  t.doing(`${sent}.`)
  const pongs = Array.from({ length: PONGS }, () => house.message('pong', t.random.bytes(NONCE)))
  await bad.peer.write(Buffer.concat(pongs))
  for (let score = 10; score <= 110; score += 10) {
    const about = `with the score ${score} for ${bad.connection}`
    const found = await house.expectMisbehavior(bad, 'pong', about, 'each of these pongs costs 10 points.')
    if (found.score === score) continue
    t.fail({ expected: `the event misbehavior ${about}.`, got: `the score ${found.score}.`, hint: GOES_ON })
  }
  await house.expectBanned(bad, 'is a peer banned as soon as its score is greater than banScore?')
  await house.untilRead()
  if (house.told(bad, 'misbehavior').length > 0) {
    t.fail({
      expected: 'no more points for a peer that is banned.',
      got: `${number(house.told(bad, 'misbehavior').length)} more events misbehavior.`,
      hint: GOES_ON,
    })
  }
  t.doing(`${sent}. Then a good peer sent a ping, and the checker called ping for it.`)
  await expectServed(t, house, good)
}

const GOES_ON =
  'one chunk can bring many messages. Do you ignore those that come behind the one that led to the ban?'

const STOPS = `do you go on reading from a peer that takes no pongs? They all wait in your memory. ${inNode('When write() returns false, pause() the socket, and resume() it on "drain". Or close the connection.', 'Read on when the socket has taken what you wrote, or close the connection.')}`
const KEEPS = `do you keep something of every ping that you have answered, or of every pong that waits? Keep a fixed number of them, or nothing.${inNode(' A subarray of a Buffer keeps all of it in memory: copy the nonce.')}`

/**
 * Pings without end from a peer that reads no pong. Their nonces have so many bytes behind them that a program which keeps the pings has grown too
 * much when it has no room for further pongs.
 */
async function unread(t: CheckContext, house: House, good: Meeting): Promise<void> {
  const capacity = await loopbackCapacity()
  if (capacity === undefined)
    return t.inconclusive(
      'this system buffers so much for a peer that does not read that nobody has to wait.',
    )
  const judgeMemory = await memoryJudge(t, {
    op: 'listen',
    expected: `that your program needs little memory for pings that it has answered, or whose pongs have to wait: it may grow by ${GROWTH / MIB} MiB.`,
    hint: KEEPS,
    most: GROWTH,
  })
  const { peer } = await house.meet('inbound', 'the greedy peer')
  peer.pause()
  const behind = t.random.bytes(Math.ceil((1.25 * GROWTH * MESSAGE) / capacity))
  const pings = Array.from({ length: Math.ceil(PIECE / (MESSAGE + behind.length)) }, () =>
    house.message('ping', Buffer.concat([t.random.bytes(NONCE), behind])),
  )
  const piece = Buffer.concat(pings)
  const pieces = Math.ceil((2 * capacity + 4 * MIB) / MESSAGE / pings.length)
  const what = `A peer sent up to ${number(pieces * pings.length)} pings, each with ${number(behind.length)} bytes behind its nonce, and read no pong`
  t.doing(`${what}. A good peer sent pings, and read its pongs.`)
  let taken = 0
  let stop = false
  const sending = (async () => {
    for (; taken < pieces && !stop; taken++) await peer.write(piece)
  })()
  const gone = () => peer.stopped() !== undefined
  for (let quiet = 0, before = 0; quiet < QUIET_PINGS && taken < pieces && !gone(); quiet++) {
    await expectAnswered(t, house, good)
    if (taken > before) {
      quiet = 0
      await pause(FLOWS_MS)
    }
    before = taken
  }
  stop = true
  await expectServed(t, house, good)
  // Closing is as good: nothing waits for that peer any more.
  if (taken === pieces && !gone()) {
    t.fail({
      op: 'listen',
      expected:
        'that your program stops reading pings while its pongs are not read, or closes the connection.',
      got: `it took all ${number(pieces * pings.length)} pings but the few that the system holds.`,
      hint: STOPS,
    })
  }
  const isMeasured = await judgeMemory()
  if (gone()) return isMeasured ? undefined : t.inconclusive(NOT_MEASURED)
  t.doing(`${what}, until your program took no more. Then it read its pongs.`)
  peer.resume()
  const signOfLife = () => expectAnswered(t, house, good)
  // As long as pongs come, they come.
  let goesOn = false
  for (let before = -1; !goesOn && before < peer.waiting();) {
    before = peer.waiting()
    goesOn = await happens(sending, { ms: AT_ONCE_MS, signOfLife })
  }
  if (!goesOn) {
    t.fail({
      op: 'listen',
      expected: 'that your program goes on reading pings, now that their pongs are read.',
      got: `${number(Math.floor(peer.waiting() / MESSAGE))} pongs, then nothing more.`,
      hint: 'do you go on reading when the peer has taken its pongs?',
    })
  }
  const { bytes: pongs } = await peer.read(pings.length * MESSAGE)
  const answers = pings.map(ping => house.message('pong', ping.subarray(HEADER, MESSAGE)))
  if (!pongs.equals(Buffer.concat(answers))) {
    t.fail({
      op: 'listen',
      expected: 'one pong for each ping, in the order of the pings.',
      got: 'others.',
      hint: 'do you answer each ping once, with its own nonce?',
    })
  }
  if (!isMeasured) t.inconclusive(NOT_MEASURED)
}

const NOT_MEASURED = 'this system does not say how much memory your program has.'
