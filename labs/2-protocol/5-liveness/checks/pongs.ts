/** Pongs that do not come, come late, come twice, or answer nothing. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import {
  answerOf,
  answerPing,
  askPing,
  expectError,
  expectRoundTrip,
  NONCE,
  tryPing,
  type Asked,
} from './asking.ts'
import { envelope } from '../../shared/envelope.ts'
import { openHouse, type House, type Meeting, type Reason } from './house.ts'
import { MOST_PINGS } from './pings.ts'
import { offence, POINTS } from './score.ts'

/** A time-out is certainly over after so many times its length. */
const OVERDUE = 5
/** A timer counts in whole milliseconds, and may fire a little early. */
const EARLY_MS = 5

/** The next misbehavior of this peer, none of whose points have decayed. */
async function expectPoints(
  t: CheckContext,
  house: House,
  meeting: Meeting,
  reason: Reason,
  score: number,
  { about, hint, ms }: { about: string; hint: string; ms?: number },
): Promise<void> {
  const found = await house.expectMisbehavior(meeting, reason, about, hint, ms)
  if (found.score === score) return
  t.fail({
    expected: `a score of ${score} in the event misbehavior ${about}: ${POINTS[reason].points} points more than before.`,
    got: `${found.score}.`,
    hint,
  })
}

const PER_PING = 'each ping that times out costs 20 points, once, with the reason timeout.'
const TWICE =
  'does a ping count once? A pong that comes too late has cost its points already, as a time-out, so it is not counted again: remember the nonces of the last 16 pings that timed out.'

export const unanswered = (t: CheckContext): Promise<void> =>
  withTime(t, async (pingTimeoutMs, program) => {
    // The last time-out is one too many: 16 of them, a pong that came twice, and one more.
    const banScore = 20 * MOST_PINGS + 10 + 20 - 1
    const house = await openHouse(t, { pingTimeoutMs, banScore, program })
    const silent = await house.meet(t.random.pick(['inbound', 'outbound']))
    const good = await house.meet('inbound', 'a good peer')
    const given = `With a pingTimeoutMs of ${pingTimeoutMs}, `
    const answered = async (asked: Asked) => {
      const { ms, most } = await answerPing(t, house, asked, {
        hint: 'does the pong lead to the answer of ping?',
      })
      if (ms !== null) return
      if (most > pingTimeoutMs / 2) throw new TooBusy()
      t.fail({
        op: 'ping',
        expected: `a time: the pong came after at most ${Math.round(most)} of ${pingTimeoutMs} ms.`,
        got: 'null.',
        hint: 'do you pass pingTimeoutMs to the timer unchanged? It is in milliseconds.',
      })
    }
    t.doing(`${given}the checker called ping for a good peer, which answered at once.`)
    await answered(await askPing(t, house, good))
    const asks = `${given}the checker called ping ${MOST_PINGS} times for a peer that answered none of them`
    t.doing(`${asks}.`)
    const pings: Asked[] = []
    const asked = performance.now()
    // Where the first times out before the last is asked for, fewer wait than are meant to.
    const inTime = () => {
      if (performance.now() - asked > (pingTimeoutMs * 3) / 4) throw new TooBusy()
    }
    let between: Asked | undefined
    for (let i = 0; i < MOST_PINGS; i++) {
      // Where all of them share one timer, the second half is given up too early.
      if (i === MOST_PINGS / 2) {
        await pause(pingTimeoutMs / 6)
        between = await askPing(t, house, good)
        await pause(pingTimeoutMs / 6)
      }
      inTime()
      pings.push(await askPing(t, house, silent))
    }
    inTime()
    for (const { answer, called } of pings) {
      const expected = `that ping returns { ms: null } ${pingTimeoutMs} ms (pingTimeoutMs) after it was called.`
      const hint = 'does each ping have a timer of its own, of pingTimeoutMs?'
      const { result, error } = await answerOf(t, house, answer, {
        expected,
        hint,
        ms: OVERDUE * pingTimeoutMs,
      })
      const after = performance.now() - called
      if (result?.ms !== null) {
        t.fail({
          op: 'ping',
          expected,
          got: error === undefined ? `${JSON.stringify(result)}.` : `an error: ${error}`,
          hint,
        })
      }
      if (after < pingTimeoutMs - EARLY_MS)
        t.fail({ op: 'ping', expected, got: `null after ${Math.round(after)} ms.`, hint })
    }
    t.doing(`${asks}, and once for a good peer, between number 8 and 9.`)
    await expectPoints(t, house, good, 'timeout', 20, {
      about: `for ${good.connection}`,
      hint: PER_PING,
      ms: OVERDUE * pingTimeoutMs,
    })
    await answerOf(t, house, between!.answer, { expected: 'null from ping.', hint: PER_PING })
    expectInTurn(t, between!, pings)
    t.doing(`${asks}.`)
    for (let i = 1; i <= MOST_PINGS; i++) {
      await expectPoints(t, house, silent, 'timeout', 20 * i, {
        about: `for time-out number ${i} on ${silent.connection}`,
        hint: PER_PING,
      })
    }
    t.doing(`${asks}. Then a good peer left a second ping unanswered.`)
    const slip = await askPing(t, house, good)
    await expectPoints(t, house, good, 'timeout', 40, {
      about: `for ${good.connection}`,
      hint: PER_PING,
      ms: OVERDUE * pingTimeoutMs,
    })
    await answerOf(t, house, slip.answer, { expected: 'null from ping.', hint: PER_PING })
    // So long after them, whatever counts the other pings again has done so.
    await house.expectQuiet(silent, PER_PING)
    t.doing(`${asks} in time. Then it called ping once more, and this one was answered at once.`)
    await answered(await askPing(t, house, silent))
    t.doing(`${asks} in time. The late pong to one of them came from another peer.`)
    await good.peer.write(house.message('pong', pings[0]!.nonce))
    await expectPoints(t, house, good, 'pong', 50, {
      about: `for a late pong to a ping of another connection, on ${good.connection}`,
      hint: 'does each connection remember its own late pings? A pong is free only from the peer that was asked.',
    })
    t.doing(`${asks} in time. Their pongs came late, in any order.`)
    for (const { nonce } of t.random.shuffle(pings)) await silent.peer.write(house.message('pong', nonce))
    await house.expectQuiet(silent, TWICE)
    t.doing(`${asks} in time. Their pongs came late. Then one of them came once more.`)
    await silent.peer.write(house.message('pong', t.random.pick(pings).nonce))
    const before = 20 * MOST_PINGS
    await expectPoints(t, house, silent, 'pong', before + 10, {
      about: 'for a late pong that came twice',
      hint: 'each ping has one pong. A second one with the same nonce answers nothing, even if the first was late.',
    })
    t.doing(`${asks} in time. Later it called ping once more, which was not answered either.`)
    const again = await askPing(t, house, silent)
    await expectPoints(t, house, silent, 'timeout', before + 30, {
      about: `for one more time-out on ${silent.connection}`,
      hint: PER_PING,
      ms: OVERDUE * pingTimeoutMs,
    })
    await answerOf(t, house, again.answer, { expected: 'null from ping.', hint: PER_PING })
    await house.expectBanned(
      silent,
      'points of a time-out count as any others. Do you look whether the score is greater than banScore there, too?',
    )
    t.doing(`${given}other peers timed out. Then the checker called ping for the good peer again.`)
    await answered(await askPing(t, house, good))
    await house.expectQuiet(good, 'does each connection have pings and a score of its own?')
  })

/**
 * `between` was asked for after the first half of the others, and before the second. Timers of one program fire in the order in which they are due,
 * however slow the machine is, so the answers come in the order of the pings.
 */
function expectInTurn(t: CheckContext, between: Asked, others: readonly Asked[]): void {
  const [early, late] = [others.slice(0, MOST_PINGS / 2), others.slice(MOST_PINGS / 2)]
  if (!early.every(one => one.turn() < between.turn())) {
    t.fail({
      op: 'ping',
      expected: 'null from the first 8 pings before the one that was sent after them: they time out first.',
      got: 'that one first.',
      hint: 'does each ping have a timer of its own, which later pings do not restart?',
    })
  }
  if (late.every(one => one.turn() > between.turn())) return
  t.fail({
    op: 'ping',
    expected: 'null from the last 8 pings after the one that was sent before them: it times out first.',
    got: 'one of those 8 first.',
    hint: 'does each ping have a timer of its own, of pingTimeoutMs?',
  })
}

export async function wrongPong(t: CheckContext): Promise<void> {
  const house = await openHouse(t)
  const meeting = await house.meet(t.random.pick(['inbound', 'outbound']))
  const other = await house.meet('inbound', 'another peer')
  let score = 0
  const sends = async (nonce: Buffer, about: string, hint: string) => {
    await meeting.peer.write(house.message('pong', nonce))
    await expectPoints(t, house, meeting, 'pong', (score += 10), { about, hint })
  }
  t.doing('A peer sent pongs, although no ping was under way.')
  const UNSOLICITED = 'a pong that answers no ping costs 10 points, with the reason pong.'
  for (const nonce of t.random.shuffle([Buffer.alloc(NONCE), t.random.bytes(NONCE)]))
    await sends(nonce, 'for a pong although no ping waits', UNSOLICITED)
  const asked = await askPing(t, house, meeting)
  const waits = 'The checker called ping, and answered with '
  const flipped = (at: number) => asked.nonce.map((byte, i) => (i === at ? byte ^ 1 : byte))
  const wrong: [string, Uint8Array][] = [
    ['a nonce whose first byte differs in one bit', flipped(0)],
    ['a nonce whose last byte differs in one bit', flipped(NONCE - 1)],
    ['the nonce in reverse order', Buffer.from(asked.nonce).reverse()],
    ['the nonce 0', Buffer.alloc(NONCE)],
  ]
  for (const [what, nonce] of t.random.shuffle(wrong)) {
    t.doing(`${waits}${what}.`)
    await sends(Buffer.from(nonce), `for a pong with ${what}`, ALL_BITS)
    expectWaits(t, asked, ALL_BITS)
  }
  t.doing(`${waits}the first 7 bytes of the nonce.`)
  await meeting.peer.write(house.message('pong', asked.nonce.subarray(0, NONCE - 1)))
  const SHORT = 'a pong of fewer than 8 bytes is malformed, and answers nothing.'
  await expectPoints(t, house, meeting, 'malformed', (score += 25), {
    about: 'for a short pong',
    hint: SHORT,
  })
  expectWaits(t, asked, SHORT)
  t.doing(`${waits}the right nonce, but on the connection of another peer.`)
  const FOREIGN = "does each connection have pings of its own? Another peer's pong answers none of them."
  await other.peer.write(house.message('pong', asked.nonce))
  await expectPoints(t, house, other, 'pong', 10, { about: `for ${other.connection}`, hint: FOREIGN })
  expectWaits(t, asked, FOREIGN)
  t.doing(`${waits}wrong pongs. Then the right one came.`)
  await expectRoundTrip(t, house, asked, { hint: 'a wrong pong leaves the ping waiting for the right one.' })
  await house.expectQuiet(meeting, 'the right pong costs nothing.')
  t.doing(`${waits}the right pong, and then with the same once more.`)
  await sends(asked.nonce, 'for a second pong to the same ping', 'each ping has one pong: forget its nonce.')
  t.doing('The checker called ping, and answered with a pong that has bytes behind its nonce.')
  await expectRoundTrip(t, house, await askPing(t, house, meeting), {
    hint: 'the first 8 bytes are the nonce. Ignore what is behind it.',
    more: t.random.bytes(t.random.int(1, 40)),
  })
  for (const one of [meeting, other]) await house.expectQuiet(one, UNSOLICITED)
}

const ALL_BITS =
  'do you compare all 64 bits of the nonce? A number holds 53 of them; a bigint or hex text holds all. A pong with another nonce leaves the ping waiting.'

function expectWaits(t: CheckContext, { isAnswered }: Asked, hint: string): void {
  if (!isAnswered()) return
  t.fail({
    op: 'ping',
    expected: 'that ping still waits for the pong with its nonce.',
    got: 'it returned.',
    hint,
  })
}

export const over = (t: CheckContext): Promise<void> =>
  withTime(t, async (pingTimeoutMs, program) => {
    // One time-out is not too much, and two malformed messages are.
    const house = await openHouse(t, { pingTimeoutMs, banScore: 30, program })
    const stays = await house.meet('inbound', 'a peer that stays')
    const given = `With a pingTimeoutMs of ${pingTimeoutMs}, `
    const foreign = envelope({ magic: house.rules.magic.map(byte => byte ^ 0xff), command: 'verack' })
    const endings: ['ended' | 'malformed' | 'banned', string, (meeting: Meeting) => unknown][] = [
      ['ended', 'closed its connection', ({ peer }) => peer.destroy()],
      ['ended', 'broke its connection (RST)', ({ peer }) => peer.reset()],
      ['malformed', 'sent a message of another network', ({ peer }) => peer.write(foreign)],
      ['banned', 'got banned for two malformed messages', twiceMalformed],
    ]
    async function twiceMalformed({ peer }: Meeting): Promise<void> {
      const message = offence(t, house, 'malformed')
      await peer.write(Buffer.concat([message, message]))
    }
    const gone: Meeting[] = []
    for (const [reason, how, ends] of t.random.shuffle(endings)) {
      const meeting = await house.meet(t.random.pick(['inbound', 'outbound']))
      gone.push(meeting)
      t.doing(`${given}the checker called ping for a peer, which then ${how}.`)
      const asked = await askPing(t, house, meeting)
      await ends(meeting)
      const { called } = asked
      const { result, error } = await answerOf(t, house, asked.answer, {
        expected: 'an error from ping: the connection is over.',
        hint: GIVES_UP,
      })
      if (error === undefined) {
        if (performance.now() - called > pingTimeoutMs / 2) throw new TooBusy()
        t.fail({
          op: 'ping',
          expected: 'an error from ping: the connection is over.',
          got: `${JSON.stringify(result)}.`,
          hint: GIVES_UP,
        })
      }
      await house.expectOver(
        meeting,
        reason,
        'do you pass on the reason of runConnection, and say banned only where a ban has closed the connection?',
      )
    }
    t.doing(`${given}the checker called ping for connections that are over, and for one that never was.`)
    const no = { why: 'there is no such connection', hint: 'do you forget a connection when it is over?' }
    for (const connection of [...gone, { connection: '127.0.0.1:1' }])
      await expectError(t, house, tryPing(t, house, connection), no)
    t.doing(`${given}the checker called ping for a connection whose handshake is not complete.`)
    const early = await t.sockets.connect(house.port, 'an early peer')
    await house.untilRead()
    await expectError(t, house, tryPing(t, house, { connection: early.address }), {
      why: 'the handshake of this connection is not complete',
      hint: 'a connection is ready for pings when its handshake is complete.',
    })
    t.doing(
      `${given}connections were over before their pings timed out. A later ping of another one did time out.`,
    )
    const last = await askPing(t, house, stays)
    await house.expectMisbehavior(
      stays,
      'timeout',
      `for ${stays.connection}`,
      PER_PING,
      OVERDUE * pingTimeoutMs,
    )
    await answerOf(t, house, last.answer, { expected: 'null from ping.', hint: PER_PING })
    for (const meeting of gone) {
      const points = house.told(meeting, 'misbehavior') as { reason: Reason }[]
      const what = points.some(({ reason }) => reason === 'timeout')
        ? 'a time-out'
        : house.told(meeting, 'closed').length > 0
          ? 'another event closed'
          : undefined
      if (what === undefined) continue
      t.fail({
        expected: 'no events about a connection after its event closed.',
        got: `${what}.`,
        hint: 'do you stop the timers of the pings that wait when their connection is over?',
      })
    }
    await house.expectQuiet(stays, PER_PING)
  })

const GIVES_UP =
  'does the end of a connection end the pings that wait on it? Reject their promises at once: no pong can come any more, and it is not a time-out.'
