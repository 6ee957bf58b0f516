/** What a score is made of, and when it is too much. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { checksum, envelope } from '../../shared/envelope.ts'
import { someVersion, versionPayload } from '../../shared/version.ts'
import { askPing } from './asking.ts'
import { expectPong } from './pings.ts'
import { openHouse, type House, type Meeting } from './house.ts'
import { offender, type Sent } from './score.ts'

const SUM =
  'does each connection have a score of its own, which begins at 0, and to which each misbehavior adds its points? What you tell is rounded, not cut off.'

export async function addsUp(t: CheckContext): Promise<void> {
  const times = t.random.int(3, 5)
  const banScore = 25 * times
  const house = await openHouse(t, { banScore })
  const [a, b, c] = [
    offender(t, house, await house.meet('inbound', 'peer A')),
    offender(t, house, await house.meet(t.random.pick(['inbound', 'outbound']), 'peer B')),
    offender(t, house, await house.meet('outbound')),
  ]
  const given = `With a banScore of ${banScore}, `
  t.doing(
    `${given}a peer sent inv, a second version and verack, an unknown message, and a ping with a wrong checksum.`,
  )
  await a.meeting.peer.write(Buffer.concat(t.random.shuffle(harmless(t, house))))
  await house.expectQuiet(a.meeting, 'only what the table lists costs points. Ignore all other messages.')
  t.doing(`${given}a peer sent pongs and mempools, one by one.`)
  for (const reason of t.random.shuffle<Sent>(['pong', 'mempool', 'pong'])) {
    await a.offends([reason], SUM)
    await house.expectQuiet(
      a.meeting,
      'a peer is banned when its score is greater than banScore, not before.',
    )
  }

  t.doing(`${given}another peer sent ${times} malformed pings or pongs, in one write.`)
  await b.offends(Array<Sent>(times).fill('malformed'), SUM)
  await house.expectQuiet(
    b.meeting,
    'is a peer banned only when its score is greater than banScore? Equal is not greater.',
  )
  t.doing(`${given}a peer had a score of exactly that. Then it sent one more pong.`)
  await b.offends(['pong'], SUM)
  await house.expectBanned(
    b.meeting,
    'is a peer banned as soon as its score is greater than banScore? Close its connection then.',
  )
  const OTHERS = 'do you ban only the peer whose score is too great?'
  for (const { meeting } of [a, c]) {
    t.doing(`${given}a peer was banned. Then another one sent a ping.`)
    const nonce = t.random.bytes(8)
    await meeting.peer.write(house.message('ping', nonce))
    await expectPong(t, house, meeting, nonce, OTHERS)
  }
  t.doing(`${given}a peer had 53 points, and then sent mempools.`)
  const enough = Math.floor((banScore - 53) / 33) + 1
  await a.offends(Array<Sent>(enough).fill('mempool'), SUM)
  await house.expectBanned(
    a.meeting,
    'points of all kinds add up to one score. Is a peer banned as soon as it is greater than banScore?',
  )
  t.doing(`${given}two peers were banned. Then a third one sent its first wrong pong.`)
  await c.offends(['pong'], SUM)
  await house.expectQuiet(c.meeting, OTHERS)
}

function harmless(t: CheckContext, house: House): Buffer[] {
  const { magic } = house.rules
  const payload = t.random.bytes(8)
  return [
    house.message('inv', Buffer.from([0])),
    house.message('version', versionPayload(someVersion(t))),
    house.message('verack'),
    house.message('p2plab-hello', t.random.bytes(30)),
    envelope({ magic, command: 'ping', payload, sum: checksum(payload).map(byte => byte ^ 0xff) }),
  ]
}

/** A timer counts in whole milliseconds, and may fire a little early. */
const EARLY_MS = 5
/** With wider intervals, wrong scores would fit. */
const MOST_WIDTH = 14

export const decays = (t: CheckContext): Promise<void> =>
  withTime(t, async (halfLifeMs, program) => {
    const house = await openHouse(t, { halfLifeMs, pingTimeoutMs: halfLifeMs / 2, program })
    const meeting: Meeting = await house.meet(t.random.pick(['inbound', 'outbound']))
    const { offends, isCounted, expected } = offender(t, house, meeting)
    const given = `With a halfLifeMs of ${halfLifeMs}, `
    t.doing(`${given}a peer sent five mempools and two malformed messages, in one write.`)
    const burst: Sent[] = [...Array<Sent>(5).fill('mempool'), 'malformed', 'malformed']
    await offends(t.random.shuffle(burst), AGAIN)
    t.doing(
      `${given}a peer sent five mempools and two malformed messages. Then it left a ping unanswered, with a pingTimeoutMs of ${halfLifeMs / 2}.`,
    )
    const { called } = await askPing(t, house, meeting)
    await isCounted('timeout', called + halfLifeMs / 2 - EARLY_MS, HALVES)
    const steps: [halves: number, reason: Sent, hint: string][] = [
      [1, 'pong', HALVES],
      [0.5, 'malformed', LASTS],
      [1, 'mempool', HALVES],
      [1.5, 'pong', HALVES],
    ]
    let before = 'five mempools and two malformed messages, and left a ping unanswered'
    for (const [halves, reason, hint] of steps) {
      await pause(halves * halfLifeMs)
      t.doing(
        `${given}a peer sent ${before}. ${Math.round(halves * halfLifeMs)} ms later it sent one more: ${reason}.`,
      )
      await offends([reason], hint)
      before = 'several bad messages'
      if (expected.width() > MOST_WIDTH) throw new TooBusy()
    }
    await house.expectQuiet(meeting, 'its score is far below banScore.')
  })

const RULE =
  'After each half-life, half of the decaying points are left: points * 2 ** -(elapsed / halfLifeMs), with the time since you last did this. The points of malformed messages (25 each) do not decay, all others do. The score is rounded, not cut off.'
const HALVES = `do the points that are there decay before you add new ones? ${RULE}`
const LASTS = `are the points of malformed messages kept apart from those that decay? They last, and the others decay also while only lasting ones are added. ${RULE}`
const AGAIN = `when points decay, do you also note the time? Otherwise the same time makes them decay again. ${RULE}`
