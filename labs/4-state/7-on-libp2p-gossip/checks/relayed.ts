/** What the program passes on, what it tells of it, and what it must not pass on. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode, number } from '../../../check/kit/finding.ts'
import {
  openOrigin,
  type GossipPeer,
  type Origin,
  type SignedMessage,
} from '../../../check/peers/gossip-peer.ts'
import { preview } from '../../../preview.ts'
import { announcementIn, type Announcement } from './announcement.ts'
import { comes, expectVerdict, settled, type Joined } from './joined.ts'
import { announceFrom, FRESH } from './members.ts'

const isSame = (a: SignedMessage, b: SignedMessage) =>
  a.origin === b.origin && a.sequenceNumber === b.sequenceNumber

const copies = (joined: Joined, node: GossipPeer, message: SignedMessage) =>
  node.received(joined.id).filter(one => isSame(one, message))

/** Fails unless the program passes the message on to these nodes, as it came. `otherwise`: fails where something before it says why it does not. */
export async function expectRelayed(
  t: CheckContext,
  joined: Joined,
  nodes: readonly GossipPeer[],
  message: SignedMessage,
  what: string,
  otherwise = () => {},
): Promise<void> {
  for (const node of nodes) {
    const expected = `${what} at ${node.called}, as its origin has signed it.`
    const due = node.until(() => copies(joined, node, message).length > 0)
    if (!(await comes(joined, due))) {
      otherwise()
      t.fail({
        op: 'join',
        expected,
        got: otherCopy(joined, node, message) ?? 'nothing of it.',
        hint: `does your validator return the verdict${inNode(' (TopicValidatorResult)')}, too? What is accepted, gossipsub passes on by itself.`,
      })
    }
    const [copy] = copies(joined, node, message)
    if (Buffer.compare(copy!.data, message.data) !== 0)
      t.fail({ op: 'join', expected, got: `${preview(Buffer.from(copy!.data).toString())}.`, hint: AGAIN })
  }
}

const AGAIN =
  'do you leave passing on to gossipsub? A message that your node publishes anew has another origin, and another ID.'

function otherCopy(joined: Joined, node: GossipPeer, message: SignedMessage): string | undefined {
  const same = node.received(joined.id).find(one => Buffer.compare(one.data, message.data) === 0)
  return (
    same &&
    `the same bytes in another message, whose origin is ${joined.id === same.origin ? 'your node' : same.origin}.`
  )
}

/** Fails when the program has passed on one of these to one of the nodes. What it was told before must have been settled by an exchange. */
export function expectNotRelayed(
  t: CheckContext,
  joined: Joined,
  nodes: readonly GossipPeer[],
  messages: readonly { message: SignedMessage; what: string }[],
  hint: string,
): void {
  for (const node of nodes)
    for (const { message, what } of messages)
      if (copies(joined, node, message).length > 0)
        t.fail({
          op: 'join',
          expected: `that your node does not pass on ${what}.`,
          got: `${node.called} got it.`,
          hint,
        })
}

/** One more announcement, from the first of these nodes to the others: all that came to the program before is done, and whatever it sent has come. */
export async function exchange(
  t: CheckContext,
  joined: Joined,
  from: GossipPeer,
  to: readonly GossipPeer[],
  about: string,
  otherwise?: () => void,
): Promise<void> {
  const origin = await openOrigin(t, joined.topic, `${about}, from ${from.called}`)
  const { message } = await announceFrom(t, joined, from, origin, 1)
  await expectVerdict(t, joined, message, 'accept', { what: 'a new announcement after that', hint: FRESH })
  await expectRelayed(t, joined, to, message, 'a new announcement after that', otherwise)
  await settled(joined)
}

/** Fails when the program has lost its score with one of these nodes, which count P4 as the text says. */
export function expectUnharmed(t: CheckContext, joined: Joined, nodes: readonly GossipPeer[]): void {
  for (const node of nodes) {
    const score = node.scoreOf(joined.id)
    const bad = node.received(joined.id).filter(({ data }) => announcementIn(data) === undefined)
    if (score >= 0 && bad.length === 0) continue
    t.fail({
      op: 'join',
      expected: `that your node has the score 0 with ${node.called}.`,
      got: `${number(score)}: it has sent ${count(bad.length, 'message')} that ${node.called} rejects${bad[0] ? `, first ${preview(Buffer.from(bad[0].data).toString())}` : ''}.`,
      hint: 'the peer that sends a message pays for it, not its origin. Do you reject what others reject, before gossipsub passes it on?',
    })
  }
}

/** Fails unless the program tells this announcement, and tells it once. */
export async function expectAnnounced(
  t: CheckContext,
  joined: Joined,
  { id: origin }: Pick<Origin, 'id'>,
  { height, hash }: Pick<Announcement, 'height' | 'hash'>,
): Promise<void> {
  const those = () => joined.announced().filter(one => one.origin === origin && one.height === height)
  const fail = (got: string, hint: string) =>
    t.fail({
      op: 'join',
      expected: `the event announcement, once, with the height ${height}, the hash ${hash}, and the origin ${origin}.`,
      got,
      hint,
    })
  if (
    !(await comes(
      joined,
      joined.until(() => those().length > 0),
    ))
  )
    fail(
      'no such event.',
      `do you emit announcement for each message that you accept, with the ID of its origin${inNode(', message.from')}?`,
    )
  await settled(joined)
  if (those().length > 1) fail(`it ${those().length} times.`, 'do you emit announcement in one place only?')
  if (those()[0]!.hash !== hash)
    fail(`the hash ${preview(those()[0]!.hash)}.`, 'is it the hash of this message?')
}
