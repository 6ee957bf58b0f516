/** What becomes of accepted messages, of those that come again, and of the program's own. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { pause } from '../../../check/kit/deadline.ts'
import {
  openOrigin,
  type GossipPeer,
  type Origin,
  type SignedMessage,
} from '../../../check/peers/gossip-peer.ts'
import { preview } from '../../../preview.ts'
import exercise from '../exercise.ts'
import { announcementIn, announcementOf, encoded, newHash } from './announcement.ts'
import { comes, expectVerdict, settled, type Joined } from './joined.ts'
import { announceFrom, expectMember, FRESH, joinWith, open, send } from './members.ts'
import { exchange, expectAnnounced, expectRelayed, expectUnharmed } from './relayed.ts'

export async function relays(t: CheckContext): Promise<void> {
  const [joined, a, b] = await joinWith(t, ['node A', 'node B'])
  const c = await open(t, joined, 'node C', { listen: false })
  await c.dial(joined.address)
  t.doing('A libp2p node of the checker, node C, dialed your node.')
  await expectMember(t, joined, c)
  const x = await openOrigin(t, joined.topic, 'origin X')
  let height = t.random.int(1, 1_000_000)
  for (const [from, to] of [
    [a!, [b!, c]],
    [c, [a!, b!]],
  ] as const) {
    height += t.random.int(1, 100)
    const { message, announcement } = await announceFrom(t, joined, from, x, height)
    t.doing(
      `Node ${from.called.at(-1)} of the checker sent height ${height} of origin X, which is not connected to your node.`,
    )
    await expectVerdict(t, joined, message, 'accept', { what: 'that announcement', hint: FRESH })
    await expectRelayed(t, joined, to, message, 'that announcement')
    await expectAnnounced(t, joined, x, announcement)
    await exchange(t, joined, from, to, `after height ${height}`)
    expectOnce(t, joined, [...to, from], message, from)
  }
  expectUnharmed(t, joined, [a!, b!, c])
}

/** Not back to the node that it came from, and to no other one twice. */
function expectOnce(
  t: CheckContext,
  joined: Joined,
  nodes: readonly GossipPeer[],
  message: SignedMessage,
  from: GossipPeer,
): void {
  for (const node of nodes) {
    const most = node === from ? 0 : 1
    const same = node.received(joined.id).filter(({ data }) => Buffer.compare(data, message.data) === 0)
    if (same.length > most)
      t.fail({
        op: 'join',
        expected:
          most === 0
            ? `that your node does not send it back to ${node.called}.`
            : `one copy at ${node.called}.`,
        got: `${count(same.length, 'message')} with these bytes.`,
        hint: 'do you leave passing on to gossipsub? What your node publishes anew is a new message to everyone.',
      })
  }
}

const ID = `do you leave the ID of a message as it is${inNode(' (no msgIdFn)')}, and what gossipsub remembers of IDs${inNode(' (no seenTTL)')}?`

export async function once(t: CheckContext): Promise<void> {
  const [joined, a, b, c] = await joinWith(t, ['node A', 'node B', 'node C'])
  const x = await openOrigin(t, joined.topic, 'origin X')
  const height = t.random.int(1, 1_000_000)
  const { message, announcement } = await announceFrom(t, joined, a!, x, height)
  await expectVerdict(t, joined, message, 'accept', { what: `height ${height} of origin X`, hint: FRESH })
  const early = await judgedEarly(t, joined, a!, x, height + 1)
  for (const node of [b!, a!, c!]) send(t, joined, node, 'sends both again', message, early.message)
  await exchange(t, joined, c!, [a!, b!], 'after messages that came again')
  t.doing(
    'Three nodes of the checker sent the same two messages to your node, one that it had accepted and one that it had ignored, whose time had come by then.',
  )
  for (const [one, what] of [
    [message, 'that it accepted'],
    [early.message, 'that it ignored'],
  ] as const) {
    const verdicts = joined.verdictsOf(one)
    if (verdicts.length > 1)
      t.fail({
        op: 'join',
        expected: `one event judged for the message ${what}.`,
        got: `${verdicts.length}: ${verdicts.join(', ')}.`,
        hint: ID,
      })
  }
  await expectAnnounced(t, joined, x, announcement)
  t.doing(
    'The announcement that your node had ignored because it came too early was published anew: the same bytes, with another sequence number.',
  )
  const anew = await x.sign(early.data)
  send(t, joined, a!, `announces height ${height + 1} anew`, anew)
  await expectVerdict(t, joined, anew, 'accept', { what: 'the new message', hint: ID, silent: ID })
  await expectRelayed(t, joined, [b!, c!], anew, 'the new message')
}

/** How long a message is too early: as much as the program takes to judge it, at least, and more than a few heartbeats. */
const EARLY_MS = [600, 2_000, 5_000, 16_000]

/** A message that the program has ignored because it came too early, when its time has come. */
async function judgedEarly(
  t: CheckContext,
  joined: Joined,
  by: GossipPeer,
  origin: Origin,
  height: number,
): Promise<{ message: SignedMessage; data: Buffer }> {
  for (const ms of EARLY_MS) {
    const time = Date.now() + joined.driftMs + ms
    const data = encoded(announcementOf(t, height, time))
    const message = await origin.sign(data)
    send(t, joined, by, `announces height ${height}, ${ms} ms too early`, message)
    t.doing(
      `Node A of the checker sent an announcement whose time is more than driftMs after now, by ${ms} ms.`,
    )
    const judged = await comes(
      joined,
      joined.until(() => joined.verdictsOf(message).length > 0),
    )
    // Too busy: it may have been judged when its time had come.
    if (judged && joined.verdictsOf(message)[0] === 'accept' && Date.now() > time - joined.driftMs) continue
    await expectVerdict(t, joined, message, 'ignore', {
      what: 'that announcement',
      hint: 'is the time compared with your clock?',
    })
    while (Date.now() <= time - joined.driftMs) await pause(time - joined.driftMs - Date.now() + 1)
    return { message, data }
  }
  return t.inconclusive(
    'this machine is so busy that a message that came 16 s too early was judged when its time had come.',
  )
}

export async function announces(t: CheckContext): Promise<void> {
  const [joined, a, b] = await joinWith(t, ['node A', 'node B'])
  await settled(joined)
  const before = joined.judged()
  let height = t.random.int(0, 1_000_000)
  for (const step of [0, 1, t.random.int(2, 1_000)]) {
    height += step
    const hash = newHash(t)
    t.doing(`The checker called announce ${JSON.stringify({ height, hash })}.`)
    const earliest = Date.now()
    await t.call(exercise.ops.announce, { height, hash })
    const latest = Date.now()
    for (const node of [a!, b!]) {
      const got = await ownAnnouncement(t, joined, node, height)
      if (got.hash !== hash || got.time < earliest || got.time > latest)
        t.fail({
          op: 'announce',
          expected: `the hash ${hash}, and a time from ${earliest} to ${latest}.`,
          got: `the hash ${got.hash}, and the time ${got.time}.`,
          hint: `are the three fields height, hash and time, with the milliseconds since 1970${inNode(' (Date.now())')} when announce was called?`,
        })
    }
  }
  // It comes back, as it does in a network with circles.
  const [own] = a!.received(joined.id).slice(-1)
  send(t, joined, a!, 'sends it back', own!)
  await exchange(t, joined, a!, [b!], 'after own announcements')
  t.doing('The checker called announce, and sent the message back to your node.')
  const about = joined.announced().filter(({ origin }) => origin === joined.id)
  const more = joined.judged() - before
  if (about.length > 0 || more > 1)
    t.fail({
      op: 'announce',
      expected: 'no event about announcements of your own.',
      got: about.length > 0 ? 'the event announcement.' : 'the event judged.',
      hint: `does your node judge and tell only what others have published${inNode(' (no emitSelf)')}?`,
    })
  expectUnharmed(t, joined, [a!, b!])
}

async function ownAnnouncement(t: CheckContext, joined: Joined, node: GossipPeer, height: number) {
  const own = () => node.received(joined.id).filter(({ origin }) => origin === joined.id)
  const expected = `a message of your node at ${node.called}, with the height ${height}.`
  const isIt = ({ data }: SignedMessage) => announcementIn(data)?.height === height
  const last = () => own().at(-1)
  const fresh = await comes(
    joined,
    node.until(() => own().some(isIt)),
  )
  if (!fresh)
    t.fail({
      op: 'announce',
      expected,
      got: last() ? `${preview(Buffer.from(last()!.data).toString())}.` : 'no message.',
      hint: last()
        ? 'does your own announcement keep the rules that you judge others by?'
        : `do you publish it on the topic of join${inNode(' (pubsub.publish)')}?`,
    })
  return announcementIn(own().find(isIt)!.data)!
}
