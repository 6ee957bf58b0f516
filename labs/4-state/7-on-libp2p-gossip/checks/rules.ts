/** The rules that look at one message alone: its form, and its time. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openOrigin } from '../../../check/peers/gossip-peer.ts'
import { announcementOf, encoded, MOST_BYTES } from './announcement.ts'
import { expectNotAnnounced, judgeInTurn, RETURNS, type Judged, type Step } from './in-turn.ts'
import type { Verdict } from './joined.ts'
import { malformedCases, soundCases } from './malformed.ts'
import { joinWith } from './members.ts'
import { exchange, expectNotRelayed, expectRelayed, expectUnharmed } from './relayed.ts'

const THROWS = `it is wrong for everyone, so it is rejected, not ignored. gossipsub ignores a message whose validator throws${inNode(', as JSON.parse does', '')}.`

/** Rejected messages that one peer can send, and still be listened to: 8 would be -64. */
const MOST_BY_ONE = 6

export async function malformed(t: CheckContext): Promise<void> {
  const cases = t.random.shuffle(malformedCases(t))
  const senders = Array.from(
    { length: Math.ceil(cases.length / MOST_BY_ONE) },
    (_, i) => `node ${'CDEFGHIJ'[i]}`,
  )
  const [joined, a, b, ...others] = await joinWith(t, ['node A', 'node B', ...senders])
  const origin = await openOrigin(t, joined.topic, 'origin X')
  const bad = await judgeInTurn(
    t,
    joined,
    cases.map(({ data, what, hint }, i) => ({
      origin,
      by: others[Math.floor(i / MOST_BY_ONE)]!,
      data,
      what,
      verdict: 'reject' as const,
      hint: (told: Verdict) => (told === 'ignore' ? THROWS : hint),
    })),
  )
  const notRelayed = () => expectNotRelayed(t, joined, [a!, b!], bad, RETURNS)
  t.doing('The checker sent malformed messages to your node, and then a good one.')
  await exchange(t, joined, a!, [b!], 'after malformed messages', notRelayed)
  notRelayed()
  expectNotAnnounced(t, joined, bad)
  expectUnharmed(t, joined, [a!, b!])
  const good = []
  for (const { data, what } of soundCases(t)) {
    const own = await openOrigin(t, joined.topic, what)
    good.push({ origin: own, by: a!, data, what, verdict: 'accept' as const, hint: SOUND })
  }
  const accepted = await judgeInTurn(t, joined, good)
  for (const { message, what } of accepted) await expectRelayed(t, joined, [b!], message, what)
}

const SOUND = `it keeps every rule of the text: at most ${MOST_BYTES} bytes, integers from 0 to 2^53 - 1, 64 lower-case hex digits, and more fields if its origin likes.`

const CLOCK =
  'is the time up to driftMs milliseconds from your clock, before or after it? Clocks of honest nodes differ, so what is farther is ignored, not rejected.'
/** A clock may go on so long while a check runs, and the verdict must not depend on it. */
const SLACK_MS = 15_000

export async function clocks(t: CheckContext): Promise<void> {
  const driftMs = t.random.int(20_000, 40_000)
  const [joined, a, b] = await joinWith(t, ['node A', 'node B'], { driftMs })
  const x = await openOrigin(t, joined.topic, 'origin X')
  let height = t.random.int(1_000, 1_000_000)
  const step = (offset: number, verdict: Verdict): Step => ({
    origin: x,
    by: a!,
    // Ignored ones are higher, so that it shows when they are remembered.
    data: encoded(announcementOf(t, verdict === 'accept' ? ++height : height + 500, Date.now() + offset)),
    what: `an announcement whose time is ${Math.abs(offset)} ms ${offset < 0 ? 'before' : 'after'} now, with driftMs ${driftMs}`,
    verdict,
    hint: CLOCK,
  })
  const offsets: [number, Verdict][] = t.random.shuffle([
    [-driftMs - 1, 'ignore'],
    [-driftMs - 3_600_000, 'ignore'],
    [driftMs + SLACK_MS, 'ignore'],
    [driftMs + 3_600_000, 'ignore'],
    [-driftMs + SLACK_MS, 'accept'],
    [driftMs - 1, 'accept'],
    [0, 'accept'],
  ])
  const sent: Judged[] = []
  // The time is taken when it is sent.
  for (const [offset, verdict] of offsets)
    sent.push(...(await judgeInTurn(t, joined, [step(offset, verdict)])))
  const [zero, most] = [0, Number.MAX_SAFE_INTEGER]
  for (const time of [zero, most]) {
    const data = encoded({ ...announcementOf(t, height + 600), time })
    const what = `an announcement with the time ${time}`
    sent.push(
      ...(await judgeInTurn(t, joined, [{ origin: x, by: a!, data, what, verdict: 'ignore', hint: CLOCK }])),
    )
  }
  t.doing('The checker sent announcements of other times to your node, and then a good one.')
  await exchange(t, joined, a!, [b!], 'after other times')
  const refused = sent.filter(({ verdict }) => verdict !== 'accept')
  expectNotRelayed(t, joined, [b!], refused, RETURNS)
  expectNotAnnounced(t, joined, sent)
  expectUnharmed(t, joined, [b!])
}
