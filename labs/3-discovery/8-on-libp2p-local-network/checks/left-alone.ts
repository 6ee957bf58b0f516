/** Whom the program does not dial: nodes of other networks, and nodes that are connected already. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { openLocalNetwork } from '../../../check/peers/local-network.ts'
import { openLocalPeer, type LocalPeer } from '../../../check/peers/local-peer.ts'
import { comes, expectLost, expectNothingElse, expectPeer, expectPeers, join } from './joined.ts'

/** That of libp2p where nobody gives another one. */
const DEFAULT_TAG = '_p2p._udp.local'

export async function otherTag(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const { serviceTag, otherTag } = network
  const tags = [otherTag, DEFAULT_TAG]
  const hint = `do you give mDNS the serviceTag of join and no other? ${tags.join(' and ')} are other networks on the same port.`
  const strangers: LocalPeer[] = []
  for (const [i, tag] of tags.entries()) {
    const stranger = await openLocalPeer(t, network, { called: `node ${'AB'[i]}`, serviceTag: tag })
    await stranger.appear()
    strangers.push(stranger)
  }
  const joined = await join(t, network)
  for (const tag of tags) network.ask(tag)
  const did = `Your program joined ${serviceTag}. Nodes A and B of the checker answered for ${tags.join(' and ')} on the same port`
  t.doing(`${did}.`)
  await network.until(() => strangers.every(({ name }) => network.answersOf(name) > 0))
  const node = await openLocalPeer(t, network, { called: 'node C' })
  await node.appear()
  t.doing(`${did}, and then node C for ${serviceTag}.`)
  await expectPeer(t, joined, node, { other: hint })
  await expectNothingElse(t, joined, hint)
  await expectPeers(t, joined, [node], hint)
  for (const { called, accepted } of strangers)
    if (accepted() > 0)
      t.fail({
        op: 'join',
        expected: `no connection to ${called}, which belongs to another network.`,
        got: `${count(accepted(), 'connection')}.`,
        hint,
      })
  // It has found node C after it had heard the questions for the other tags.
  const answers = network.answers(otherTag)
  const questions = network.questions(otherTag)
  if (answers.length > 0 || questions > 0)
    t.fail({
      op: 'join',
      expected: `no questions and no answers for ${otherTag}.`,
      got: `${count(questions, 'question')} and ${count(answers.length, 'answer')}.`,
      hint,
    })
}

/** Answers after which a node that is connected must still not have been dialed again, and a peer that sends none must not be lost. */
const ANSWERS = 10
/** Between two questions. */
const OFTEN_MS = 40

export async function once(t: CheckContext): Promise<void> {
  const network = await openLocalNetwork(t)
  const dialed = await openLocalPeer(t, network, { called: 'node A' })
  const dialer = await openLocalPeer(t, network, { called: 'node B' })
  const quiet = await openLocalPeer(t, network, { called: 'node C' })
  await dialed.appear()
  const joined = await join(t, network, { intervalMs: OFTEN_MS })
  t.doing('The checker called join. Its node A answers the questions of your node.')
  await expectPeer(t, joined, dialed)
  await quiet.appear()
  t.doing('The checker called join. Its nodes A and C answer the questions of your node.')
  await expectPeer(t, joined, quiet)
  await quiet.disappear()
  await dialer.dial(joined.address)
  t.doing('Node B of the checker dialed your node, before it was heard of in mDNS.')
  await expectPeer(t, joined, { called: dialer.called, id: dialer.id, agent: dialer.agent })
  await dialer.appear()
  const before = network.answersOf(dialed.name)
  t.doing(
    `Your node is connected to three nodes of the checker: it dialed nodes A and C, and node B dialed it. Nodes A and B answered ${ANSWERS} of its questions, and node C none of these.`,
  )
  const answered = () =>
    network.answersOf(dialed.name) >= before + ANSWERS && network.answersOf(dialer.name) >= ANSWERS
  if (!(await comes(joined, network.until(answered))))
    t.fail({
      op: 'join',
      expected: 'that your node goes on asking while it has peers.',
      got: 'no more questions.',
      hint: 'does your node keep asking every intervalMs? Others come later.',
    })
  const isLost = joined.program.told.waiting().some(({ event }) => event === 'lost')
  await expectNothingElse(t, joined, isLost ? SILENT : AGAIN)
  expectConnections(t, dialed, 1)
  expectConnections(t, dialer, 0)
  await expectPeers(t, joined, [dialed, dialer, quiet])
  await dialer.stop()
  await expectLost(t, joined, dialer)
  const back = await openLocalPeer(t, network, { called: dialer.called, name: `${dialer.name}0` })
  await back.appear()
  t.doing('Node B, which had dialed your node, was killed, and came back. Now it only answers.')
  await expectPeer(t, joined, back, { dial: BACK })
}

const SILENT =
  'a peer is lost when its last connection closes, and not when it falls silent in mDNS. Do you emit lost for that reason only?'

const BACK = 'do you dial a node that has dialed yours before, now that its connection has closed?'

const AGAIN =
  'do you dial by ID? Then libp2p reuses the connection that exists. It dials addresses without an ID each time, and so it does with the option force.'

/** Only connections of libp2p count: others on this computer may try the port. */
function expectConnections(t: CheckContext, { called, accepted }: LocalPeer, times: number): void {
  if (accepted() <= times) return
  t.fail({
    op: 'join',
    expected: times === 0 ? `that your node does not dial ${called}.` : `one connection to ${called}.`,
    got: `${count(accepted(), 'connection')}.`,
    hint: AGAIN,
  })
}
