/** Who a node is: what it tells in identify, and what it is called in mDNS. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { inNode } from '../../../check/kit/finding.ts'
import { openLocalNetwork, type LocalNetwork } from '../../../check/peers/local-network.ts'
import { openLocalPeer } from '../../../check/peers/local-peer.ts'
import { preview } from '../../../preview.ts'
import { comes, expectLost, expectNothingElse, expectPeer, expectPeers, join, type Joined } from './joined.ts'

const ON_CONNECT = `does a node become a peer only when identify has returned its agent${inNode(", so on 'peer:identify' and not on 'peer:connect'")}?`

const NEVER_A_PEER = 'do you emit lost only for nodes that were peers?'

export async function identifies(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const mute = await openLocalPeer(t, network, { called: 'node A', agent: null })
  await mute.appear()
  const joined = await join(t, network)
  t.doing('The checker called join. Its node A answers in mDNS, and does not speak identify.')
  const connected = new Promise<void>(resolve => {
    const timer = setInterval(() => mute.accepted() > 0 && resolve(), 20)
    t.onEnd(() => clearInterval(timer))
  })
  if (!(await comes(joined, connected)))
    t.fail({
      op: 'join',
      expected: 'that your node dials node A: it cannot know yet what that speaks.',
      got: 'no connection.',
      hint: 'do you dial each node that has been discovered, by its ID?',
    })
  const node = await openLocalPeer(t, network, { called: 'node B' })
  await node.appear()
  t.doing(
    'The checker called join. Its node A answers in mDNS, and does not speak identify. Then node B came, which does.',
  )
  await expectPeer(t, joined, node, { other: ON_CONNECT })
  await expectPeers(t, joined, [node], ON_CONNECT)
  await expectNothingElse(t, joined, ON_CONNECT)
  await expectIdentified(t, joined, node)
  await mute.stop()
  await expectNothingElse(t, joined, NEVER_A_PEER)
  await node.stop()
  t.doing(
    'Node A of the checker, which does not speak identify, was killed, and then node B, your only peer.',
  )
  await expectLost(t, joined, node, NEVER_A_PEER)
  await expectPeers(t, joined, [])
}

async function expectIdentified(
  t: CheckContext,
  joined: Joined,
  node: Awaited<ReturnType<typeof openLocalPeer>>,
): Promise<void> {
  t.doing('Your node and node B of the checker are connected. Node B asked your node who it is, by identify.')
  const told = node.identified(joined.id)
  if (!(await comes(joined, told)))
    t.fail({
      op: 'join',
      expected: `the agent ${joined.agent}.`,
      got: 'no answer.',
      hint: `does your node speak identify${inNode(': identify() under services')}?`,
    })
  const { agent, addresses } = await told
  if (agent !== joined.agent)
    t.fail({
      op: 'join',
      expected: `the agent that join was given, ${joined.agent}.`,
      got: `${preview(agent)}.`,
      hint: `what your node calls itself is ${inNode('nodeInfo.userAgent of createLibp2p', 'the agent version of identify')}.`,
    })
  const own = joined.address.replace(/\/p2p\/\w+$/, '')
  if (!addresses.includes(own))
    t.fail({
      op: 'join',
      expected: `the address of your node, ${own}, among those that it tells.`,
      got: addresses.length === 0 ? 'no address.' : `${preview(addresses.join(', '))}.`,
      hint: 'is the node that listens the one that dials?',
    })
}

/** The specification's: https://github.com/libp2p/specs/blob/master/discovery/mdns.md#definitions */
const NAME = /^[a-z0-9]{32,63}$/

export async function names(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const first = await join(t, network)
  const other = await t.another()
  const second = await join(t, network, { program: other })
  await expectNames(t, network, [first, second])
  t.doing('The checker started two copies of your program, and called join in both, with the same arguments.')
  const theFirst = { called: 'the first copy', id: first.id, agent: first.agent }
  const theSecond = { called: 'the second copy', id: second.id, agent: second.agent }
  const hint =
    'do both copies have an ID of their own, and does each dial the other, unless they are connected?'
  await expectCopy(t, first, theSecond, hint)
  await expectCopy(t, second, theFirst, hint)
  const borrowed = await openLocalPeer(t, network, { called: 'node B' })
  const node = await openLocalPeer(t, network, { called: 'node A', name: borrowed.id })
  await node.appear()
  t.doing(
    `A libp2p node of the checker, node A, answered in mDNS under a name that looks like a peer ID, ${borrowed.id}. Its ID is ${node.id}.`,
  )
  const ID = 'do you take the ID from the dnsaddr? The peer name has no meaning.'
  for (const joined of [first, second]) await expectPeer(t, joined, node, { dial: ID, other: ID })
}

async function expectCopy(
  t: CheckContext,
  joined: Joined,
  other: { called: string; id: string; agent: string },
  hint: string,
): Promise<void> {
  const due = joined.program.told.next('peer')
  const expected = `that each copy tells of the other as its peer, once, here of ${other.called}, ${other.id}.`
  if (!(await comes(joined, due))) t.fail({ op: 'join', expected, got: 'no event peer.', hint })
  const { id } = ((await due).data ?? {}) as { id?: unknown }
  if (id !== other.id)
    t.fail({ op: 'join', expected, got: `the event peer with the ID ${preview(id)}.`, hint })
}

async function expectNames(t: CheckContext, network: LocalNetwork, copies: readonly Joined[]): Promise<void> {
  t.doing(
    'The checker started two copies of your program, called join in both, with the same arguments, and looked at the names under which they answer in mDNS.',
  )
  const nameOf = ({ id }: Joined) =>
    network.answers(network.serviceTag).find(({ texts }) => texts.some(text => text.endsWith(`/p2p/${id}`)))
      ?.name
  const all = network.until(() => copies.every(copy => nameOf(copy) !== undefined))
  if (!(await comes(copies[0]!, all)))
    t.fail({ op: 'join', expected: 'an answer of each copy.', got: 'fewer.', hint: 'do both answer?' })
  const found = copies.map(nameOf)
  const random = `${inNode('mdns() makes up a new one for each node: leave peerName out.', 'make up a new one for each node.')}`
  for (const [i, name] of found.entries()) {
    const { id } = copies[i]!
    if (name!.toLowerCase().includes(id.toLowerCase()))
      t.fail({
        op: 'join',
        expected: 'a random peer name.',
        got: `the peer ID, ${id}.`,
        hint: `the name must not be the ID, which can be longer than the 63 bytes of a DNS label: ${random}`,
      })
    if (!NAME.test(name!))
      t.fail({
        op: 'join',
        expected: 'a peer name of 32 to 63 lower-case letters and digits.',
        got: `${preview(name)}.`,
        hint: random,
      })
  }
  if (found[0] === found[1])
    t.fail({
      op: 'join',
      expected: 'a name of its own for each copy.',
      got: `${preview(found[0])} for both.`,
      hint: `a node that hears its own name takes the answer for its own: ${random}`,
    })
}
