/** What a verdict costs the peer that sent the message: the place in the mesh, or nothing. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openOrigin, type GossipPeer } from '../../../check/peers/gossip-peer.ts'
import { announcementOf, encoded } from './announcement.ts'
import { comes, expectVerdict, join, type Joined } from './joined.ts'
import { announceFrom, exchange, expectRelayed, FRESH, members, send } from './members.ts'

const NO_P4 = `does your node score the topic${inNode(' (scoreParams.topics)')}, with P4 only? By default, no topic is scored. With P1 or P2, a peer has credit to lose.`

/** Ignored messages: if each counted, 12 would be -144. */
const IGNORED = 12

export async function costs(t: CheckContext): Promise<void> {
  const joined = await join(t)
  const [a, old, bad, worse] = await members(t, joined, 'node A', 'node B', 'node C', 'node D')
  const x = await openOrigin(t, joined.topic, 'origin X')
  const height = t.random.int(1_000, 1_000_000)
  const { message } = await announceFrom(t, joined, a!, x, height)
  await expectVerdict(t, joined, message, 'accept', { what: `height ${height}`, hint: FRESH })
  for (let i = 1; i <= IGNORED; i++) {
    const stale = await announceFrom(t, joined, old!, x, height - i)
    await expectVerdict(t, joined, stale.message, 'ignore', {
      what: `height ${height - i} after ${height}`,
      hint: 'is the last height kept for each origin?',
    })
  }
  // Good messages first: they must not be credit.
  const y = await openOrigin(t, joined.topic, 'origin Y')
  for (let i = 1; i <= 3; i++) {
    const good = await announceFrom(t, joined, bad!, y, i)
    await expectVerdict(t, joined, good.message, 'accept', { what: 'a good announcement', hint: FRESH })
  }
  // Two, one after the other: between the two there is a heartbeat, in which the program has looked at the score of node B, too.
  for (const node of [bad!, worse!]) {
    await sendMalformed(t, joined, node)
    const name = `Node ${node.called.at(-1)}`
    t.doing(
      `${name} of the checker was in the mesh of your node, and sent a malformed message, which your node rejected.`,
    )
    if (
      !(await comes(
        joined,
        node.until(() => node.prunedBy(joined.id) > 0),
      ))
    )
      t.fail({
        op: 'join',
        expected: `that your node prunes ${node.called} with a heartbeat.`,
        got: 'no PRUNE.',
        hint: NO_P4,
      })
  }
  await exchange(t, joined, a!, [], 'after rejected messages')
  t.doing(
    `Node B of the checker sent ${IGNORED} old heights to your node, nodes C and D a malformed message each. Your node pruned C and D.`,
  )
  for (const [node, why] of [
    [old!, 'which sent what your node ignored'],
    [a!, 'which sent nothing wrong'],
  ] as const)
    if (node.prunedBy(joined.id) > 0)
      t.fail({
        op: 'join',
        expected: `that ${node.called}, ${why}, stays in the mesh.`,
        got: 'your node pruned it.',
        hint: `does your validator return the verdict that it tells${inNode(' (TopicValidatorResult.Ignore)')}? And of the topic's parameters, only P4 counts.`,
      })
  const last = await announceFrom(t, joined, a!, x, height + 1)
  await expectVerdict(t, joined, last.message, 'accept', { what: `height ${height + 1}`, hint: FRESH })
  await expectRelayed(t, joined, [old!], last.message, `height ${height + 1}`)
}

export async function sendMalformed(t: CheckContext, joined: Joined, node: GossipPeer): Promise<void> {
  const origin = await openOrigin(t, joined.topic, `malformed, ${node.called}`)
  const message = await origin.sign(encoded({ ...announcementOf(t, 1), hash: 'none' }))
  send(t, joined, node, 'sends a malformed message', message)
  t.doing(`Node ${node.called.at(-1)} of the checker sent an announcement whose hash is "none".`)
  await expectVerdict(t, joined, message, 'reject', { what: 'that message', hint: 'is the hash looked at?' })
}
