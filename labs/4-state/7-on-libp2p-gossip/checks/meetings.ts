/** The program finds its network, keeps all of it, and comes back to it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openOrigin, openOwnOrigin, type GossipPeer } from '../../../check/peers/gossip-peer.ts'
import exercise from '../exercise.ts'
import { announcementIn, announcementOf, encoded, newHash } from './announcement.ts'
import { comes, expectVerdict, join, openGroup, type Joined } from './joined.ts'
import { announceFrom, expectFound, FRESH, appearing, joinWith, open, SPEAKS } from './members.ts'
import { exchange, expectAnnounced, expectRelayed, expectUnharmed } from './relayed.ts'
import { expectPruned, sendMalformed } from './score.ts'

export async function joins(t: CheckContext): Promise<void> {
  const group = await openGroup(t)
  const [a, b] = await Promise.all([open(t, group, 'node A'), open(t, group, 'node B', { listen: false })])
  const joined = await join(t, group)
  await expectSubscribed(t, joined, b)
  await a.appear()
  t.doing('A libp2p node of the checker, node A, answers the questions of your node in mDNS.')
  await expectFound(t, joined, a)
  const x = await openOrigin(t, joined.topic, 'origin X')
  const { message, announcement } = await announceFrom(t, joined, a, x, t.random.int(1, 1_000_000))
  t.doing('Node A, which your node has found by mDNS, sent an announcement.')
  await expectVerdict(t, joined, message, 'accept', { what: 'that announcement', hint: FRESH })
  await expectAnnounced(t, joined, x, announcement)
  const own = { height: t.random.int(2, 1_000_000), hash: newHash(t) }
  t.doing(`Your node is in a mesh with node A. The checker called announce ${JSON.stringify(own)}.`)
  await t.call(exercise.ops.announce, own)
  const isIt = ({ data }: { data: Uint8Array }) => announcementIn(data)?.hash === own.hash
  if (
    !(await comes(
      joined,
      a.until(() => a.received(joined.id).some(isIt)),
    ))
  )
    t.fail({
      op: 'announce',
      expected: 'the announcement at node A.',
      got: 'no such message.',
      hint: 'do you publish it on the topic of join, as JSON with height, hash and time?',
    })
  expectUnharmed(t, joined, [a])
}

/** Fails unless the program has subscribed: what it publishes must not come before its subscription, which is the first that goes over a stream. */
async function expectSubscribed(t: CheckContext, joined: Joined, node: GossipPeer): Promise<void> {
  await node.dial(joined.address)
  const x = await openOrigin(t, joined.topic, node.called)
  const message = await x.sign(encoded(announcementOf(t, 1)))
  t.doing('As soon as join had returned, node B of the checker dialed your node, and sent an announcement.')
  if (
    !(await comes(
      joined,
      node.until(() => node.send(joined.id, 'announces height 1', message)),
    ))
  )
    t.fail({ op: 'join', expected: 'a gossipsub stream with node B.', got: 'no stream.', hint: SPEAKS })
  await expectVerdict(t, joined, message, 'accept', { what: 'that announcement', hint: FRESH })
  const own = { height: 1, hash: newHash(t) }
  t.doing(
    `As soon as join had returned, node B of the checker dialed your node, and sent an announcement. Your node judged it, and then the checker called announce ${JSON.stringify(own)}.`,
  )
  await t.call(exercise.ops.announce, own)
  let first: 'subscription' | 'announcement' | undefined
  const look = () => {
    if (node.subscribed(joined.id)) first ??= 'subscription'
    else if (node.received(joined.id).length > 0) first ??= 'announcement'
    return first !== undefined
  }
  await comes(joined, node.until(look))
  if (first !== 'subscription')
    t.fail({
      op: 'join',
      expected: 'the subscription of your node at node B, before the announcement.',
      got: first ? 'the announcement, and no subscription before it.' : 'no subscription.',
      hint: `${SPEAKS} Let join return only then.`,
    })
}

/** With the two that are pruned: as many as a mesh takes (D_high), and more than P6 lets one address have. */
const CROWD = 10

export async function crowd(t: CheckContext): Promise<void> {
  const names = Array.from({ length: CROWD }, (_, i) => `node ${'ABCDEFGHIJKL'[i]}`)
  const [joined, ...crowd] = await joinWith(t, names)
  // Both at a heartbeat, so that the program has looked at everyone's score since the twelfth came.
  for (const called of ['node M', 'node N']) {
    const [bad] = await appearing(t, joined, [called])
    await expectFound(t, joined, bad!)
    await sendMalformed(t, joined, bad!)
    await expectPruned(t, joined, bad!)
  }
  await exchange(t, joined, crowd[0]!, [], 'in the crowd')
  t.doing(
    `${CROWD + 2} libp2p nodes of the checker were in the mesh of your node, all at 127.0.0.1. Two of them sent a malformed message, and your node pruned these.`,
  )
  for (const node of crowd)
    if (node.prunedBy(joined.id) > 0)
      t.fail({
        op: 'join',
        expected: `that ${node.called}, which sent nothing wrong, stays in the mesh.`,
        got: 'your node pruned it.',
        hint: `P6 punishes all peers of an address from the 11th on: do you exempt 127.0.0.1${inNode(' (IPColocationFactorWhitelist)')}? And of the topic's parameters, only P4 counts.`,
      })
  const x = await openOrigin(t, joined.topic, 'origin X')
  const { message } = await announceFrom(t, joined, crowd[0]!, x, 1)
  await expectVerdict(t, joined, message, 'accept', { what: 'a new announcement', hint: FRESH })
  await expectRelayed(t, joined, crowd.slice(1), message, 'a new announcement')
}

const KEPT =
  'do you keep the height of an origin when its connection closes? Others still have its old announcements, and can send them to you.'
const AGAIN = `does your node go on asking in mDNS, and forget a node that is gone${inNode(' (dialWhatItFinds)')}, so that its next answer is a discovery again?`

export async function churn(t: CheckContext): Promise<void> {
  const joined = await join(t, await openGroup(t))
  const first = []
  for (const called of ['node A', 'node B']) {
    const node = await open(t, joined, called)
    await node.appear()
    first.push(node)
  }
  t.doing('Two libp2p nodes of the checker, nodes A and B, answer the questions of your node in mDNS.')
  for (const node of first) await expectFound(t, joined, node)
  await exchange(t, joined, first[0]!, [first[1]!], 'before anyone is gone')
  const own = await openOwnOrigin(t, joined.topic, first[0]!)
  const height = t.random.int(100, 1_000_000)
  const known = await announceFrom(t, joined, first[0]!, own, height)
  t.doing(`Node A of the checker announced height ${height}, signed by itself.`)
  await expectVerdict(t, joined, known.message, 'accept', { what: 'that announcement', hint: FRESH })
  await Promise.all(first.map(node => node.stop()))
  const back = await open(t, joined, 'node A', { name: `${first[0]!.name}0` })
  const fresh = await open(t, joined, 'node C')
  for (const node of [back, fresh]) await node.appear()
  t.doing(
    'Nodes A and B, the only peers of your node, were killed. Then node A came back at another address, with its ID, and node C was new.',
  )
  for (const node of [back, fresh]) await expectFound(t, joined, node, AGAIN)
  t.doing('Your node has found node A again, and node C.')
  await exchange(t, joined, back, [fresh], 'after all were gone')
  const old = await announceFrom(t, joined, fresh, own, height - 1)
  t.doing(
    `Node C of the checker sent height ${height - 1} of node A, which had announced ${height} before it was killed.`,
  )
  await expectVerdict(t, joined, old.message, 'ignore', { what: 'that announcement', hint: KEPT })
  const last = { height: 7, hash: newHash(t) }
  await t.call(exercise.ops.announce, last)
  t.doing(
    `Your node has two peers again, nodes A and C. The checker called announce ${JSON.stringify(last)}.`,
  )
  for (const node of [back, fresh])
    if (
      !(await comes(
        joined,
        node.until(() =>
          node.received(joined.id).some(({ data }) => announcementIn(data)?.hash === last.hash),
        ),
      ))
    )
      t.fail({
        op: 'announce',
        expected: `the announcement at ${node.called}.`,
        got: 'no such message.',
        hint: 'does announce publish with the node of join?',
      })
  expectUnharmed(t, joined, [back, fresh])
}
