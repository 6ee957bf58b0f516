/** The height of an announcement: new or old, origin by origin. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import {
  openOrigin,
  type GossipPeer,
  type Origin,
  type SignedMessage,
} from '../../../check/peers/gossip-peer.ts'
import { announcementOf, encoded } from './announcement.ts'
import { expectNotAnnounced, judgeInTurn, RETURNS, type Judged, type Step } from './in-turn.ts'
import { comes, expectVerdict, type Joined, type Verdict } from './joined.ts'
import { joinWith, send } from './members.ts'
import { exchange, expectNotRelayed, expectRelayed, expectUnharmed } from './relayed.ts'

const FIRST = 'is 0 a height like any other? Before the first announcement of an origin, there is none.'
const NUMBERS = 'are heights compared as numbers? As strings, "10" is less than "9".'
const PER_ORIGIN = `do you keep the last height of each origin${inNode(' (message.from)')}, and not one for all, or one for each peer that sends to you?`
const KEPT =
  'do you keep the height of each origin for good? An origin that you forget can announce old heights again.'
const OLD = 'an old height is no fault of whoever passes it on: messages overtake each other. Ignore it.'
const ONLY_ACCEPTED =
  'do you remember a height only when you accept it? What you reject or ignore must change nothing.'

const step = (
  origin: Origin,
  by: GossipPeer,
  data: Buffer,
  what: string,
  verdict: Verdict,
  hint: string,
): Step => ({ origin, by, data, what, verdict, hint })

export async function heights(t: CheckContext): Promise<void> {
  const [joined, a, b, c] = await joinWith(t, ['node A', 'node B', 'node C'])
  const [x, y, z] = await Promise.all(
    ['origin X', 'origin Y', 'origin Z'].map(called => openOrigin(t, joined.topic, called)),
  )
  const n = t.random.int(100, 1_000_000)
  const of = (height: number, time?: number) => encoded(announcementOf(t, height, time))
  const far = Date.now() + 10 * joined.driftMs
  const steps: Step[] = [
    step(x!, a!, of(n), `height ${n} of origin X`, 'accept', PER_ORIGIN),
    step(x!, a!, of(n), `height ${n} of origin X a second time`, 'ignore', OLD),
    step(x!, b!, of(n - 1), `height ${n - 1} of origin X after ${n}`, 'ignore', OLD),
    step(y!, a!, of(n - 50), `height ${n - 50} of origin Y`, 'accept', PER_ORIGIN),
    step(x!, a!, of(n - 40), `height ${n - 40} of origin X after ${n}`, 'ignore', PER_ORIGIN),
    step(z!, a!, of(0), 'height 0 of origin Z, its first', 'accept', FIRST),
    step(z!, b!, of(0), 'height 0 of origin Z a second time', 'ignore', OLD),
    step(z!, a!, of(9), 'height 9 of origin Z after 0', 'accept', NUMBERS),
    step(z!, a!, of(10), 'height 10 of origin Z after 9', 'accept', NUMBERS),
    step(x!, b!, of(n + 1), `height ${n + 1} of origin X after ${n}`, 'accept', PER_ORIGIN),
    step(
      x!,
      b!,
      of(n + 90, far),
      `height ${n + 90} of origin X, with a time far in the future`,
      'ignore',
      'is its time compared with your clock?',
    ),
    step(
      x!,
      a!,
      of(n + 2),
      `height ${n + 2} of origin X, after ${n + 90} with a wrong time`,
      'accept',
      ONLY_ACCEPTED,
    ),
    step(
      x!,
      b!,
      encoded({ ...announcementOf(t, n + 90), hash: 'none' }),
      `height ${n + 90} of origin X, with a malformed hash`,
      'reject',
      'is the hash looked at?',
    ),
    step(
      x!,
      a!,
      of(n + 3),
      `height ${n + 3} of origin X, after ${n + 90} with a malformed hash`,
      'accept',
      ONLY_ACCEPTED,
    ),
    step(
      x!,
      a!,
      encoded({ ...announcementOf(t, n), hash: 'none' }),
      `height ${n} of origin X, which is old and malformed`,
      'reject',
      'are the rules applied in the order of the text? What is malformed is rejected, whatever else it is.',
    ),
    step(x!, a!, of(n + 1_000), `height ${n + 1_000} of origin X`, 'accept', ONLY_ACCEPTED),
  ]
  const sent = await judgeInTurn(t, joined, steps)
  await together(t, joined, a!, y!, n + 5)
  sent.push(...(await amongMany(t, joined, a!, x!, n + 999)))
  const refused = sent.filter(({ verdict }) => verdict !== 'accept')
  const notRelayed = () => expectNotRelayed(t, joined, [c!], refused, RETURNS)
  t.doing('The checker sent new and old heights of several origins to your node, and then a good one.')
  await exchange(t, joined, a!, [c!], 'after old heights', notRelayed)
  notRelayed()
  expectNotAnnounced(t, joined, sent)
  for (const { message, what, verdict } of sent)
    if (verdict === 'accept') await expectRelayed(t, joined, [c!], message, what)
  expectUnharmed(t, joined, [c!])
}

/** More origins than a node that keeps few would keep. */
const ORIGINS = 32

/** Other origins announce something. Then the height of `origin`, which was old before, is old still. */
async function amongMany(
  t: CheckContext,
  joined: Joined,
  by: GossipPeer,
  origin: Origin,
  height: number,
): Promise<Judged[]> {
  const messages: SignedMessage[] = []
  for (let i = 1; i <= ORIGINS; i++) {
    const other = await openOrigin(t, joined.topic, `one of many origins, ${i}`)
    messages.push(await other.sign(encoded(announcementOf(t, i))))
  }
  send(t, joined, by, `sends announcements of ${ORIGINS} other origins`, ...messages)
  t.doing(`Node A of the checker sent one announcement of each of ${ORIGINS} other origins in one RPC.`)
  for (const message of messages)
    await expectVerdict(t, joined, message, 'accept', { what: 'one of these', hint: PER_ORIGIN })
  const what = `height ${height} of origin X after ${height + 1}, and after ${ORIGINS} other origins`
  return judgeInTurn(t, joined, [step(origin, by, encoded(announcementOf(t, height)), what, 'ignore', KEPT)])
}

/** Announcements of one height in one RPC: their signatures are verified side by side. */
const AT_ONCE = 5

async function together(
  t: CheckContext,
  joined: Joined,
  by: GossipPeer,
  origin: Origin,
  height: number,
): Promise<void> {
  const messages: SignedMessage[] = []
  for (let i = 0; i < AT_ONCE; i++) messages.push(await origin.sign(encoded(announcementOf(t, height))))
  send(t, joined, by, `announces height ${height} ${AT_ONCE} times`, ...messages)
  t.doing(
    `Node A of the checker sent ${AT_ONCE} announcements of origin Y with the height ${height} in one RPC.`,
  )
  await comes(
    joined,
    joined.until(() => messages.every(message => joined.verdictsOf(message).length > 0)),
  )
  const verdicts = messages.map(message => joined.verdictsOf(message)[0] ?? 'no verdict')
  if (
    verdicts.filter(one => one === 'accept').length !== 1 ||
    verdicts.filter(one => one === 'ignore').length !== AT_ONCE - 1
  )
    t.fail({
      op: 'join',
      expected: `the verdict accept for one of them, and ignore for ${AT_ONCE - 1}.`,
      got: `${verdicts.join(', ')}.`,
      hint: `do you compare the height and remember it in one go, without waiting for anything in between${inNode(' (await)')}? Several messages are judged side by side.`,
    })
}
