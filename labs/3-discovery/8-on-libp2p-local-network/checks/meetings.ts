/** The program finds nodes, is found by them, and asks again. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count, inNode } from '../../../check/kit/finding.ts'
import { openLocalNetwork } from '../../../check/peers/local-network.ts'
import { openLocalPeer } from '../../../check/peers/local-peer.ts'
import { preview } from '../../../preview.ts'
import { AGAIN, comes, expectPeer, expectPeers, INTERVAL_MS, join } from './joined.ts'

export async function discovers(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const node = await openLocalPeer(t, network, { called: 'node A' })
  await node.appear()
  const joined = await join(t, network)
  t.doing(
    'The checker called join. A libp2p node of the checker, node A, answers the questions of your node.',
  )
  await expectPeer(t, joined, node)
  await expectPeers(t, joined, [node])
}

/** Longer than this check takes, and much less in seconds that are taken for milliseconds. */
const LONG_MS = 30_000

export async function discovered(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const { serviceTag } = network
  const begin = performance.now()
  const joined = await join(t, network, { intervalMs: LONG_MS })
  const before = network.answers(serviceTag).length
  network.ask(serviceTag)
  t.doing(`Your program joined. Then the checker asked for ${serviceTag}, as every node of the network does.`)
  // One may be its answer to its own question.
  const due = network.until(() => network.answers(serviceTag).length > Math.max(before, 1))
  const answered = await comes(joined, due)
  const answer = network.answers(serviceTag).at(-1)
  if (!answer)
    t.fail({
      op: 'join',
      expected: `an answer that ends with dnsaddr=${joined.address}.`,
      got: 'no answer.',
      hint: `does your node keep running after join, listen at an address, and answer others, too${inNode(' (so not broadcast: false)')}?`,
    })
  if (!answer.texts.includes(`dnsaddr=${joined.address}`))
    t.fail({
      op: 'join',
      expected: `an answer with dnsaddr=${joined.address}, the address that join returned.`,
      got:
        answer.texts.length === 0
          ? 'an answer without a TXT record.'
          : `${preview(answer.texts.join(', '))}.`,
      hint: 'does one node do it all: listen, answer in mDNS, and give the address that join returns?',
    })
  if (!answered)
    t.fail({
      op: 'join',
      expected: 'an answer to each question for the service tag, whoever asks.',
      got: `${count(network.answers(serviceTag).length, 'answer')} in all.`,
      hint: 'does your node keep running after join, and answer each question?',
    })
  const found = Promise.withResolvers<string>()
  const node = await openLocalPeer(t, network, {
    called: 'node A',
    listen: false,
    onFound: ({ id, addresses }) => void (id === joined.id && found.resolve(addresses[0]!)),
  })
  await node.appear()
  network.ask(serviceTag)
  t.doing(`A libp2p node of the checker, node A, came, and asked for ${serviceTag}.`)
  if (!(await comes(joined, found.promise)))
    t.fail({
      op: 'join',
      expected: `that node A finds your node, ${joined.id}.`,
      got: 'it found nobody of that ID.',
      hint: 'does your node answer each question?',
    })
  await node.dial(`${await found.promise}/p2p/${joined.id}`)
  t.doing('A libp2p node of the checker, node A, found your node by mDNS and dialed it.')
  await expectPeer(t, joined, { called: 'node A', id: node.id, agent: node.agent })
  await expectPeers(t, joined, [node])
  const asked = network.questions(serviceTag)
  if (asked === 0)
    t.fail({
      did: `The checker called join with intervalMs ${LONG_MS}.`,
      op: 'join',
      expected: 'a question at once.',
      got: 'no question.',
      hint: 'does your node ask as soon as it has started, and only then every intervalMs?',
    })
  if (asked > 1 && performance.now() - begin < LONG_MS / 2)
    t.fail({
      did: `The checker called join with intervalMs ${LONG_MS}, and counted the questions of your node for less than half of that time.`,
      op: 'join',
      expected: 'one question.',
      got: `${count(asked, 'question')}.`,
      hint: 'is intervalMs the time between two questions, in milliseconds? Everybody answers each of them to everybody.',
    })
}

/** Questions that are waited for before the first node comes. */
const QUESTIONS = 3

export async function asksAgain(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const joined = await join(t, network)
  const asked = () => network.questions(network.serviceTag)
  t.doing('The checker called join, and listened to the questions of your node. Nobody answered.')
  if (
    !(await comes(
      joined,
      network.until(() => asked() >= QUESTIONS),
    ))
  )
    t.fail({
      op: 'join',
      expected: `${count(QUESTIONS, 'question')} for ${network.serviceTag}, one every ${INTERVAL_MS} ms.`,
      got: `${count(asked(), 'question')}.`,
      hint: AGAIN,
    })
  await expectPeers(t, joined, [])
  const nodes = []
  for (const called of ['node A', 'node B']) {
    const node = await openLocalPeer(t, network, { called })
    await node.appear()
    t.doing(
      `Your node asked ${count(asked(), 'question')}. Then a libp2p node of the checker, ${called}, came and answered the next ones.`,
    )
    nodes.push(node)
    await expectPeer(t, joined, node)
  }
  await expectPeers(t, joined, nodes)
}
