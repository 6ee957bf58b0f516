/** What a verdict costs the peer that sent the message: the place in the mesh, or nothing. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { openOrigin, type GossipPeer } from '../../../check/peers/gossip-peer.ts'
import { announcementOf, encoded } from './announcement.ts'
import { comes, expectVerdict, HEARTBEAT_MS, type Joined } from './joined.ts'
import { announceFrom, FRESH, joinWith, send } from './members.ts'
import { exchange, expectRelayed } from './relayed.ts'

/** Ignored messages: if each counted, 12 would be -144. */
const IGNORED = 12
/** Rejected messages: 8 are -64, and 12 are -144, a second later -141. Below -80, gossipsub does not listen. */
const FEW = 8
const MANY = 12
/** gossipsub looks at the score of a peer that was fine only once a second (ACCEPT_FROM_WHITELIST_DURATION_MS). */
const LOOKS_AGAIN_MS = 1_100

/**
 * The program's own clock: after so many of its questions in mDNS, two intervals of QUESTIONS_MS have passed for it, and with them several of its
 * heartbeats. Its score of a peer may be that of the heartbeat before.
 */
const QUESTIONS = 3
const QUESTIONS_MS = 250

const HEARTBEAT = `is heartbeatMs the time between two heartbeats${inNode(' (heartbeatInterval)')}?`
const HEARTBEAT_ONLY = `node C is pruned already, so your node scores the topic: ${HEARTBEAT}`
const NO_P4 = `does your node score the topic${inNode(' (scoreParams.topics)')}, with P4 only? By default, no topic is scored. With P1 or P2, a peer has credit to lose. And ${HEARTBEAT}`
const RETURNS = `does your validator return the verdict that it tells${inNode(' (TopicValidatorResult.Ignore)')}? And of the topic's parameters, only P4 counts.`
const NUMBERS = 'is the weight of P4 -1, its decay 0.99, and the weight of the topic 1?'

const named = ({ called }: GossipPeer) => `${called[0]!.toUpperCase()}${called.slice(1)}`

export async function costs(t: CheckContext): Promise<void> {
  const [joined, a, old, few, many] = await joinWith(t, ['node A', 'node B', 'node C', 'node D'], {
    intervalMs: QUESTIONS_MS,
  })
  const x = await openOrigin(t, joined.topic, 'origin X')
  const height = t.random.int(1_000, 1_000_000)
  const { message } = await announceFrom(t, joined, a!, x, height)
  await expectVerdict(t, joined, message, 'accept', { what: `height ${height}`, hint: FRESH })
  await sendIgnored(t, joined, old!, height)
  // Good messages first: they must not be credit.
  const y = await openOrigin(t, joined.topic, 'origin Y')
  for (const n of [1, 2, 3]) {
    const good = await announceFrom(t, joined, few!, y, n)
    await expectVerdict(t, joined, good.message, 'accept', { what: 'a good announcement', hint: FRESH })
  }
  await sendMalformed(t, joined, few!)
  await expectPruned(t, joined, few!)
  await sendMalformed(t, joined, few!, FEW - 1)
  // Another heartbeat, in which the program has looked at the score of node B, too.
  await sendMalformed(t, joined, many!, MANY)
  // The last heartbeat was the one that pruned node C: the next one is a whole interval later.
  await expectPruned(t, joined, many!, HEARTBEAT_ONLY)
  await exchange(t, joined, a!, [], 'after rejected messages')
  t.doing(
    `Node B of the checker sent ${IGNORED} messages that your node ignored, nodes C and D malformed ones. Your node pruned C and D.`,
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
        hint: RETURNS,
      })
  const last = await announceFrom(t, joined, a!, x, height + 1)
  await expectVerdict(t, joined, last.message, 'accept', { what: `height ${height + 1}`, hint: FRESH })
  await expectRelayed(t, joined, [old!], last.message, `height ${height + 1}`)
  await expectGraylisted(t, joined, few!, many!)
  // It has been in the mesh for more than a second, which must not be credit either.
  await sendMalformed(t, joined, a!)
  await expectPruned(t, joined, a!)
}

/** Old heights of origin X and announcements of another time, in turn. */
async function sendIgnored(t: CheckContext, joined: Joined, node: GossipPeer, height: number): Promise<void> {
  const x = await openOrigin(t, joined.topic, 'origin X, later')
  const { message } = await announceFrom(t, joined, node, x, height)
  await expectVerdict(t, joined, message, 'accept', { what: `height ${height}`, hint: FRESH })
  for (let i = 1; i <= IGNORED; i++) {
    const isOld = i % 2 === 0
    const time = Date.now() + (isOld ? 0 : 10 * joined.driftMs)
    const ignored = await announceFrom(t, joined, node, x, height + (isOld ? -i : i), time)
    const what = isOld ? `height ${height - i} after ${height}` : 'an announcement of another time'
    t.doing(`${named(node)} of the checker sent ${what}.`)
    await expectVerdict(t, joined, ignored.message, 'ignore', {
      what,
      hint: 'does each rule have its verdict?',
    })
  }
}

/** So many in one RPC: what gossipsub thinks of the peer is looked at once for all of them. */
export async function sendMalformed(
  t: CheckContext,
  joined: Joined,
  node: GossipPeer,
  count = 1,
): Promise<void> {
  const origin = await openOrigin(t, joined.topic, `malformed, ${node.called}, ${count}`)
  const messages = []
  for (let i = 0; i < count; i++)
    messages.push(await origin.sign(encoded({ ...announcementOf(t, 1), hash: 'none' })))
  send(t, joined, node, `sends ${count} malformed`, ...messages)
  t.doing(
    `${named(node)} of the checker sent an announcement whose hash is "none"${count > 1 ? `, ${count} times` : ''}.`,
  )
  for (const message of messages)
    await expectVerdict(t, joined, message, 'reject', {
      what: 'that message',
      hint: 'is the hash looked at?',
    })
}

export async function expectPruned(
  t: CheckContext,
  joined: Joined,
  node: GossipPeer,
  hint = NO_P4,
): Promise<void> {
  t.doing(
    `${named(node)} of the checker was in the mesh of your node, and sent malformed messages, which your node rejected.`,
  )
  const { network } = joined
  const asked = network.questions(network.serviceTag)
  const pruned = node.until(() => node.prunedBy(joined.id) > 0)
  const due = network.until(() => network.questions(network.serviceTag) >= asked + QUESTIONS)
  await comes(joined, Promise.race([pruned, due]))
  // What the program sent before its last question may still be under way.
  if (await comes(joined, pruned, 0)) return
  t.fail({
    op: 'join',
    expected: `that your node prunes ${node.called} with the next heartbeat, and heartbeatMs is ${HEARTBEAT_MS}.`,
    got: `no PRUNE, while your node asked ${count(network.questions(network.serviceTag) - asked, 'time')} in mDNS.`,
    hint,
  })
}

/** Fails unless the program still listens to the one, and not to the other any more. */
async function expectGraylisted(
  t: CheckContext,
  joined: Joined,
  few: GossipPeer,
  many: GossipPeer,
): Promise<void> {
  await pause(LOOKS_AGAIN_MS)
  const x = await openOrigin(t, joined.topic, 'origin Z')
  const unheard = await announceFrom(t, joined, many, x, 1)
  for (const height of [2, 3]) {
    const heard = await announceFrom(t, joined, few, x, height)
    t.doing(
      `Your node has rejected ${FEW} messages of node C, which then has the score -${FEW ** 2}, and sent a good one.`,
    )
    await expectVerdict(t, joined, heard.message, 'accept', {
      what: 'the good announcement of node C',
      hint: FRESH,
      silent: `a score of -${FEW ** 2} is not below -80: ${NUMBERS}`,
    })
  }
  t.doing(
    `Your node has rejected ${MANY} messages of node D, which then has the score -${MANY ** 2}, and sent a good one.`,
  )
  if (joined.verdictsOf(unheard.message).length > 0)
    t.fail({
      op: 'join',
      expected: 'that your node no longer listens to node D.',
      got: 'the event judged for that announcement.',
      hint: `below -80, gossipsub ignores a peer. ${NUMBERS[0]!.toUpperCase()}${NUMBERS.slice(1)}`,
    })
}
