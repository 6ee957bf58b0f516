/** Announcements that are not true, and peers that go. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { keptPort } from '../../../check/peers/kept-port.ts'
import { openLocalNetwork } from '../../../check/peers/local-network.ts'
import { openLocalPeer } from '../../../check/peers/local-peer.ts'
import { comes, expectLost, expectNothingElse, expectPeer, expectPeers, join } from './joined.ts'

const CLAIM = `do you dial by ID${inNode(', so node.dial(detail.id)')}? At an address without an ID, libp2p accepts any node. With the ID, Noise refuses all others.`
const RETRY = `libp2p emits a discovery only for nodes that it does not know. Does your node forget those that it could not reach, and their addresses, so that their next answer is a discovery again${inNode(' (node.peerStore)')}?`
const GOES_ON = `does your program survive a dial that fails? ${inNode('node.dial rejects: catch it.', '')}`
const RETURNS = `libp2p emits a discovery only for nodes that it does not know. Does your node forget the peers that it has lost, so that their next answer is a discovery again${inNode(' (node.peerStore)')}?`

export async function claims(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  // Of this one nobody has told: it only listens, at the address that a liar announces.
  const bystander = await openLocalPeer(t, network, { called: 'node V' })
  const port = await keptPort()
  const gone = await openLocalPeer(t, network, { called: 'node D', listen: port })
  await gone.stop()
  const liar = await openLocalPeer(t, network, {
    called: 'node A',
    listen: false,
    announces: bystander.address,
  })
  const dead = await openLocalPeer(t, network, { called: 'node B', listen: false, announces: gone.address })
  for (const one of t.random.shuffle([liar, dead])) await one.appear()
  const joined = await join(t, network)
  const both = `Node A of the checker announced the address of another node, node V, and node B one where no node listens.`
  t.doing(both)
  const tried = network.until(() => network.answersOf(liar.name) > 1 && network.answersOf(dead.name) > 1)
  if (!(await comes(joined, tried)))
    t.fail({
      op: 'join',
      expected: 'that your node goes on asking.',
      got: `${count(network.questions(network.serviceTag), 'question')}.`,
      hint: GOES_ON,
    })
  const honest = await openLocalPeer(t, network, { called: 'node C' })
  await honest.appear()
  t.doing(`${both} Then node C came, with its own address.`)
  await expectPeer(t, joined, honest, { dial: GOES_ON, other: CLAIM })
  await expectPeers(t, joined, [honest], CLAIM)
  if (bystander.accepted() > 0)
    t.fail({
      op: 'join',
      expected: 'no connection to node V, which no one has announced.',
      got: `${count(bystander.accepted(), 'connection')}.`,
      hint: CLAIM,
    })
  if (bystander.reached() === 0)
    t.fail({
      op: 'join',
      expected:
        'that your node tries the address that node A announced, and refuses node V, which cannot prove the ID.',
      got: 'no connection at that address.',
      hint: 'do you dial each node that has been discovered?',
    })
  for (const [before, called, listen, what] of [
    [liar, 'node A', true, 'announced its own address'],
    [dead, 'node B', port, 'came, at the address that it had announced before'],
  ] as const) {
    await before.stop()
    const back = await openLocalPeer(t, network, { called, listen, name: `${before.name}0` })
    await back.appear()
    t.doing(`${both} Your node could connect to neither. Then ${called} ${what}.`)
    await expectPeer(t, joined, back, { dial: RETRY, other: CLAIM })
  }
  await expectNothingElse(t, joined, CLAIM)
}

export async function lost(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const port = await keptPort()
  const first = await openLocalPeer(t, network, { called: 'node A', listen: port })
  await first.appear()
  const joined = await join(t, network)
  t.doing('The checker called join. Its node A answers the questions of your node.')
  await expectPeer(t, joined, first)
  const SECOND = 'do you emit lost only with the last connection of a peer, and peer only with its first?'
  t.doing('Node A dialed your node, so that there were two connections between them.')
  await first.dial(joined.address)
  await comes(joined, first.identified(joined.id, 2))
  await expectNothingElse(t, joined, SECOND)
  // A program may have closed one itself.
  if (first.connectionsWith(joined.id) > 1) {
    t.doing('There were two connections between your node and node A, which closed one of them.')
    await first.hangUp(joined.id)
    await expectNothingElse(t, joined, SECOND)
  }
  await first.stop()
  t.doing('Node A, the first peer of your node, was killed.')
  await expectLost(t, joined, first)
  await expectPeers(t, joined, [])
  const second = await openLocalPeer(t, network, { called: 'node B' })
  await second.appear()
  t.doing('Node A, the first peer of your node, was killed. Then node B came.')
  await expectPeer(t, joined, second)
  for (const [listen, where] of [
    [port, 'at the address that it had'],
    [true, 'at another address'],
  ] as const) {
    const back = await openLocalPeer(t, network, {
      called: 'node A',
      listen,
      name: `${first.name}${port === listen ? 1 : 2}`,
    })
    await back.appear()
    t.doing(`Node A was killed, and came back with its ID, ${where}.`)
    await expectPeer(t, joined, back, { dial: RETURNS })
    await back.stop()
    await expectLost(t, joined, back)
  }
  await expectPeers(t, joined, [second])
  await expectNothingElse(t, joined, SECOND)
}
