/** The rules of the text, one check each: what is rejected, what is ignored, and what neither changes. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import {
  openOrigin,
  type GossipPeer,
  type Origin,
  type SignedMessage,
} from '../../../check/peers/gossip-peer.ts'
import { announcementOf, encoded, MOST_BYTES } from './announcement.ts'
import { comes, expectVerdict, join, type Joined, type Verdict } from './joined.ts'
import { malformedCases, soundCases } from './malformed.ts'
import { exchange, expectNotRelayed, expectRelayed, expectUnharmed, members, send } from './members.ts'

interface Step {
  /** Whose announcement it is, and who sends it to the program. */
  origin: Origin
  by: GossipPeer
  data: Buffer
  /** "height 5 of origin X, for the second time" */
  what: string
  verdict: Verdict
  hint: string | ((told: Verdict) => string)
}

interface Judged {
  message: SignedMessage
  what: string
  verdict: Verdict
}

/** Sends one after another, and fails at the first verdict that is another one. Returns the messages. */
async function judgeInTurn(t: CheckContext, joined: Joined, steps: readonly Step[]): Promise<Judged[]> {
  const sent = []
  for (const { origin, by, data, what, verdict, hint } of steps) {
    const message = await origin.sign(data)
    send(t, joined, by, what, message)
    t.doing(`${by.called[0]!.toUpperCase()}${by.called.slice(1)} of the checker sent ${what} to your node.`)
    await expectVerdict(t, joined, message, verdict, { what, hint, silent: SILENT })
    sent.push({ message, what, verdict })
  }
  return sent
}

const SILENT = `does your validator judge every message of the topic, and emit judged whatever comes? ${inNode('Where it throws, gossipsub ignores the message. ', '')}Is P4's weight -1, so that a peer is listened to after 8 rejected messages?`

const THROWS = `it is wrong for everyone, so it is rejected, not ignored. gossipsub ignores a message whose validator throws${inNode(', as JSON.parse does', '')}.`

/** Fails when the program has told one of these as an announcement. What came of them must have been settled by an exchange. */
function expectNotAnnounced(t: CheckContext, joined: Joined, messages: readonly Judged[]): void {
  for (const { message, what, verdict } of messages) {
    if (verdict === 'accept') continue
    const text = Buffer.from(message.data).toString()
    const told = joined
      .announced()
      .find(({ origin, hash }) => origin === message.origin && (text === '' || text.includes(hash)))
    if (told)
      t.fail({
        op: 'join',
        expected: `no event announcement for ${what}, which your node did not accept.`,
        got: `the event announcement with the height ${told.height}.`,
        hint: 'do you emit announcement only for what you accept?',
      })
  }
}

/** Rejected messages that one peer can send, and still be listened to: 8 would be -64. */
const MOST_BY_ONE = 6

export async function malformed(t: CheckContext): Promise<void> {
  const joined = await join(t)
  const cases = t.random.shuffle(malformedCases(t))
  const senders = Array.from(
    { length: Math.ceil(cases.length / MOST_BY_ONE) },
    (_, i) => `node ${'CDEFGHIJ'[i]}`,
  )
  const [a, b, ...others] = await members(t, joined, 'node A', 'node B', ...senders)
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

const RETURNS = `does your validator return the verdict that it tells${inNode(', TopicValidatorResult.Reject')}? A listener of 'message' is too late.`
const SOUND = `it keeps every rule of the text: at most ${MOST_BYTES} bytes, integers from 0 to 2^53 - 1, 64 lower-case hex digits, and more fields if its origin likes.`

const FIRST = 'is 0 a height like any other? Before the first announcement of an origin, there is none.'
const PER_ORIGIN = `do you keep the last height of each origin${inNode(' (message.from)')}, and not one for all, or one for each peer that sends to you?`
const OLD = 'an old height is no fault of whoever passes it on: messages overtake each other. Ignore it.'
const ONLY_ACCEPTED =
  'do you remember a height only when you accept it? What you reject or ignore must change nothing.'

export async function heights(t: CheckContext): Promise<void> {
  const joined = await join(t)
  const [a, b, c] = await members(t, joined, 'node A', 'node B', 'node C')
  const [x, y, z] = await Promise.all(
    ['origin X', 'origin Y', 'origin Z'].map(called => openOrigin(t, joined.topic, called)),
  )
  const n = t.random.int(100, 1_000_000)
  const of = (height: number, time?: number) => encoded(announcementOf(t, height, time))
  const far = Date.now() + 10 * joined.driftMs
  const steps: Step[] = [
    { origin: x!, by: a!, data: of(n), what: `height ${n} of origin X`, verdict: 'accept', hint: PER_ORIGIN },
    {
      origin: x!,
      by: a!,
      data: of(n),
      what: `height ${n} of origin X a second time`,
      verdict: 'ignore',
      hint: OLD,
    },
    {
      origin: x!,
      by: b!,
      data: of(n - 1),
      what: `height ${n - 1} of origin X after ${n}`,
      verdict: 'ignore',
      hint: OLD,
    },
    {
      origin: y!,
      by: a!,
      data: of(n - 50),
      what: `height ${n - 50} of origin Y`,
      verdict: 'accept',
      hint: PER_ORIGIN,
    },
    {
      origin: x!,
      by: a!,
      data: of(n - 40),
      what: `height ${n - 40} of origin X after ${n}`,
      verdict: 'ignore',
      hint: PER_ORIGIN,
    },
    {
      origin: z!,
      by: a!,
      data: of(0),
      what: 'height 0 of origin Z, its first',
      verdict: 'accept',
      hint: FIRST,
    },
    {
      origin: z!,
      by: b!,
      data: of(0),
      what: 'height 0 of origin Z a second time',
      verdict: 'ignore',
      hint: OLD,
    },
    {
      origin: x!,
      by: b!,
      data: of(n + 1),
      what: `height ${n + 1} of origin X after ${n}`,
      verdict: 'accept',
      hint: PER_ORIGIN,
    },
    {
      origin: x!,
      by: b!,
      data: of(n + 90, far),
      what: `height ${n + 90} of origin X, with a time far in the future`,
      verdict: 'ignore',
      hint: 'is its time compared with your clock?',
    },
    {
      origin: x!,
      by: a!,
      data: of(n + 2),
      what: `height ${n + 2} of origin X, after ${n + 90} with a wrong time`,
      verdict: 'accept',
      hint: ONLY_ACCEPTED,
    },
    {
      origin: x!,
      by: b!,
      data: encoded({ ...announcementOf(t, n + 90), hash: 'none' }),
      what: `height ${n + 90} of origin X, with a malformed hash`,
      verdict: 'reject',
      hint: 'is the hash looked at?',
    },
    {
      origin: x!,
      by: a!,
      data: of(n + 3),
      what: `height ${n + 3} of origin X, after ${n + 90} with a malformed hash`,
      verdict: 'accept',
      hint: ONLY_ACCEPTED,
    },
    {
      origin: x!,
      by: a!,
      data: encoded({ ...announcementOf(t, n), hash: 'none' }),
      what: `height ${n} of origin X, which is old and malformed`,
      verdict: 'reject',
      hint: 'are the rules applied in the order of the text? What is malformed is rejected, whatever else it is.',
    },
    {
      origin: x!,
      by: a!,
      data: of(n + 1_000),
      what: `height ${n + 1_000} of origin X`,
      verdict: 'accept',
      hint: ONLY_ACCEPTED,
    },
  ]
  const sent = await judgeInTurn(t, joined, steps)
  await together(t, joined, a!, y!, n + 5)
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

const CLOCK =
  'is the time up to driftMs milliseconds from your clock, before or after it? Clocks of honest nodes differ, so what is farther is ignored, not rejected.'
/** A clock may go on so long while a check runs, and the verdict must not depend on it. */
const SLACK_MS = 15_000

export async function clocks(t: CheckContext): Promise<void> {
  const driftMs = t.random.int(20_000, 40_000)
  const joined = await join(t, { driftMs })
  const [a, b] = await members(t, joined, 'node A', 'node B')
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
