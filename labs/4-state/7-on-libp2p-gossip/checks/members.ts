/** Nodes of the checker that are members of the mesh with the program's node, and what they get from it. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import {
  openGossipPeer,
  openOrigin,
  type GossipPeer,
  type Origin,
  type SignedMessage,
} from '../../../check/peers/gossip-peer.ts'
import { announcementIn, announcementOf, encoded, type Announcement } from './announcement.ts'
import { comes, expectVerdict, join, MESH_MS, openGroup, type Group, type Joined } from './joined.ts'

/** A node of the checker that has not met the program yet. */
export const open = (
  t: CheckContext,
  { network, topic }: Group,
  called: string,
  options: { listen?: boolean; as?: string; name?: string } = {},
): Promise<GossipPeer> =>
  openGossipPeer(t, network, {
    called,
    topic,
    isSound: data => announcementIn(data) !== undefined,
    ...options,
  })

/** Everyone answers each question to everyone: with ten nodes, the checker has better things to do. */
const SELDOM_MS = 500

/**
 * Calls `join` in a group of such nodes. The program has found them by mDNS and dialed them, and they are in its mesh. With its defaults, libp2p takes
 * 5 connections per second from one address, so they do not dial.
 */
export async function joinWith(
  t: CheckContext,
  called: readonly string[],
  options: { driftMs?: number; intervalMs?: number } = {},
): Promise<[Joined, ...GossipPeer[]]> {
  const group = await openGroup(t)
  const nodes = await appearing(t, group, called)
  const joined = await join(t, group, { intervalMs: SELDOM_MS, ...options })
  t.doing(
    `The checker called join. ${called.length === 1 ? 'A libp2p node' : `${called.length} libp2p nodes`} of the checker, ${listed(called)}, answer${called.length === 1 ? 's' : ''} the questions of your node in mDNS.`,
  )
  for (const node of nodes) await expectFound(t, joined, node)
  return [joined, ...nodes]
}

/** Nodes that answer in mDNS. */
export async function appearing(
  t: CheckContext,
  group: Group,
  called: readonly string[],
): Promise<GossipPeer[]> {
  const nodes = await Promise.all(called.map(one => open(t, group, one)))
  for (const node of nodes) await node.appear()
  return nodes
}

const listed = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const DIALS = `does your node ask for the service tag of join${inNode(' (mdns under peerDiscovery)')}, and dial each node that it finds${inNode(' (dialWhatItFinds, before it starts)')}?`

/** Fails unless the program dials this node, which it can only know by mDNS, and is in its mesh. */
export async function expectFound(
  t: CheckContext,
  joined: Joined,
  node: GossipPeer,
  hint = DIALS,
): Promise<void> {
  const { network } = joined
  if (
    !(await comes(
      joined,
      node.until(() => node.connectionsWith(joined.id) > 0),
    ))
  )
    t.fail({
      op: 'join',
      expected: `that your node dials ${node.called}.`,
      got: network.questions(network.serviceTag) === 0 ? 'no question in mDNS.' : 'no connection.',
      hint,
    })
  await expectMember(t, joined, node)
}

export const SPEAKS = `does your node have gossipsub${inNode(' and identify() under services')}, and does it subscribe to the topic of join${inNode(' when it has started')}?`
const STAYS = `does your node let others into its mesh? Only a negative score keeps them out: is 127.0.0.1 exempt from P6${inNode(' (IPColocationFactorWhitelist)')}, and does only P4 count of the topic's parameters?`

/** Fails unless the two are in each other's mesh. The program has then judged an announcement that comes from this node. */
export async function expectMember(
  t: CheckContext,
  joined: Joined,
  node: GossipPeer,
  hint = STAYS,
): Promise<void> {
  const { called } = node
  t.doing(
    `A libp2p node of the checker, ${called}, is connected to your node, and has subscribed to the topic.`,
  )
  const isMember = () => node.until(() => node.hasInMesh(joined.id))
  // A subscription takes a stream; the mesh takes another one and perhaps a heartbeat, also of the checker's own node.
  if (
    !(await comes(joined, isMember())) &&
    !(node.subscribed(joined.id) && (await comes(joined, isMember(), MESH_MS)))
  )
    t.fail({
      op: 'join',
      expected: `that your node subscribes to ${joined.topic}, and is in the mesh of ${called}.`,
      got: node.subscribed(joined.id)
        ? 'your node has subscribed, but is not in that mesh.'
        : 'no subscription.',
      hint: node.subscribed(joined.id) ? hint : SPEAKS,
    })
  const origin = await openOrigin(t, joined.topic, `${called}, first`)
  const { message } = await announceFrom(t, joined, node, origin, 1)
  t.doing(`${called[0]!.toUpperCase()}${called.slice(1)} of the checker announced height 1.`)
  await expectVerdict(t, joined, message, 'accept', { what: 'that announcement', hint: FRESH })
}

export const FRESH =
  'it is well-formed, its time is now, and its height is the first of its origin. Do you accept it?'

/** Sends an announcement that `origin` has signed, by way of this node. */
export async function announceFrom(
  t: CheckContext,
  joined: Joined,
  node: GossipPeer,
  origin: Origin,
  height: number,
  time?: number,
): Promise<{ message: SignedMessage; announcement: Announcement }> {
  const announcement = announcementOf(t, height, time)
  const message = await origin.sign(encoded(announcement))
  send(t, joined, node, `announces height ${height}`, message)
  return { message, announcement }
}

/** Fails when there is no stream to the program any more. */
export function send(
  t: CheckContext,
  joined: Joined,
  node: GossipPeer,
  what: string,
  ...messages: readonly SignedMessage[]
): void {
  if (node.send(joined.id, what, ...messages)) return
  t.fail({
    op: 'join',
    expected: `a gossipsub stream between ${node.called} and your node.`,
    got: node.connectionsWith(joined.id) === 0 ? 'the connection is closed.' : 'the stream is gone.',
    hint: 'does your node keep running, and keep its connections?',
    lost: true,
  })
}
