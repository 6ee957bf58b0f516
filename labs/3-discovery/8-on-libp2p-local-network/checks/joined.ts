/** The program joins, and what it then tells of the checker's nodes. */
import type { Program } from '../../../check/engine/program.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import { CheckFailure, count, inNode } from '../../../check/kit/finding.ts'
import { happens } from '../../../check/kit/patience.ts'
import { NODE_MS } from '../../../check/peers/libp2p.ts'
import type { LocalNetwork } from '../../../check/peers/local-network.ts'
import type { LocalPeer } from '../../../check/peers/local-peer.ts'
import { expectNodeAddress } from '../../../check/peers/node-address.ts'
import { parseEvent, type EventKind, type Fields, type Values } from '../../../exercise/op.ts'
import { oneLine, preview } from '../../../preview.ts'
import exercise from '../exercise.ts'

/** Between the questions of the program, where a check is not about something else. */
export const INTERVAL_MS = 100
/** How long something may take while the program shows that it runs. */
const DUE_MS = 3_000

export interface Joined {
  network: LocalNetwork
  program: Program
  /** With the ID behind it. */
  address: string
  id: string
  agent: string
}

/** Calls `join`, and says so. */
export async function join(
  t: CheckContext,
  network: LocalNetwork,
  { program = t.program, intervalMs = INTERVAL_MS } = {},
): Promise<Joined> {
  const { port, serviceTag } = network
  const agent = `learner-${t.random.split('agent').int(1000, 9999)}/0.${t.random.split('agent').int(1, 9)}`
  const args = { address: '/ip4/127.0.0.1/tcp/0', serviceTag, port, intervalMs, agent }
  t.doing(`The checker called join ${JSON.stringify(args)}.`)
  const { address } = await t.call(exercise.ops.join, args, { program, ms: NODE_MS })
  expectNodeAddress(t, address, 'join')
  return { network, program, address, id: address.split('/').at(-1)!, agent }
}

/** Whether it happens, however busy the program is. */
export const comes = (joined: Joined, due: Promise<unknown>): Promise<boolean> =>
  happens(due, { ms: DUE_MS, signOfLife: () => joined.program.signOfLife() })

export interface PeerHints {
  /** Why the node may not have been dialed. */
  dial?: string
  /** Why another one may have been told. */
  other?: string
}

const ASKS = `does your node ask? ${inNode('mdns({ serviceTag, port, interval: intervalMs })', 'Multicast DNS')} belongs under ${inNode('peerDiscovery', 'what finds peers')}, with the serviceTag and the port of join.`
const DIALS = `discovering is not connecting: libp2p ${inNode('emits peer:discovery', 'names the nodes that it finds')}, and dials no one. Do you dial each of these nodes, also when you have peers?`
const LAYERS = `does your node have ${inNode('tcp() under transports, noise() under connectionEncrypters and yamux() under streamMuxers', 'TCP, Noise and Yamux')}?`
const TELLS = `do you emit 'peer' when identify has returned the agent? ${inNode("It needs identify() under services; libp2p then emits 'peer:identify' for each connection, whichever side dialed.", '')}`
const TWICE =
  'do you emit peer only once while a node is connected? A second connection to a peer changes nothing.'

/** Fails unless the program's next peer is this node, of which it tells the agent. */
export async function expectPeer(
  t: CheckContext,
  joined: Joined,
  node: Pick<LocalPeer, 'called' | 'id' | 'agent'> & Partial<LocalPeer>,
  { dial = DIALS, other = TWICE }: PeerHints = {},
): Promise<void> {
  const { network } = joined
  const expected = `the event peer with the ID of ${node.called}, ${node.id}.`
  const due = joined.program.told.next('peer')
  if (!(await comes(joined, due))) notMet(t, network, node, expected, dial)
  const { id, agent } = parsed(exercise.events.peer, (await due).data)
  if (id !== node.id)
    t.fail({ op: 'join', expected, got: `the event peer with the ID ${network.known(id)}.`, hint: other })
  if (agent !== node.agent)
    t.fail({
      op: 'join',
      expected: `the event peer with the agent of ${node.called}, ${node.agent}.`,
      got: `the agent ${preview(agent)}.`,
      hint: `the agent is what identify returns${inNode(': agentVersion of the event peer:identify')}.`,
    })
}

function notMet(
  t: CheckContext,
  network: LocalNetwork,
  node: Partial<LocalPeer>,
  expected: string,
  dial: string,
): never {
  const fail = (got: string, hint: string) => t.fail({ op: 'join', expected, got, hint })
  const asked = network.questions(network.serviceTag)
  const { called } = node
  if (node.reached === undefined) return fail('no such event.', TELLS)
  if (node.accepted!() > 0) return fail(`a connection to ${called}, and no such event.`, TELLS)
  if (node.reached() > 0)
    return fail(`a TCP connection to ${called} that did not become one of libp2p.`, LAYERS)
  if (asked === 0) return fail(`no question for ${network.serviceTag} on UDP port ${network.port}.`, ASKS)
  const answers = network.answersOf(node.name!)
  if (answers > 0)
    return fail(`no connection, although ${called} answered ${count(answers, 'question')}.`, dial)
  return fail(`${count(asked, 'question')} in all, and none since ${called} can answer.`, AGAIN)
}

export const AGAIN = `does your node keep running, and ask again every intervalMs? It is ${inNode('the option interval of mdns', 'an argument of join')}; js-libp2p asks every 10 s by default.`

/** Fails unless the program tells next that it has lost this node. */
export async function expectLost(
  t: CheckContext,
  joined: Joined,
  node: LocalPeer,
  other = 'do you emit lost for the peer whose connection has closed, and for no other?',
): Promise<void> {
  const expected = `the event lost with the ID of ${node.called}, ${node.id}.`
  const hint = `do you emit 'lost' for the peer whose last connection has closed${inNode(", on 'peer:disconnect'")}?`
  const due = joined.program.told.next('lost')
  if (!(await comes(joined, due))) t.fail({ op: 'join', expected, got: 'no such event.', hint })
  const { id } = parsed(exercise.events.lost, (await due).data)
  if (id !== node.id)
    t.fail({
      op: 'join',
      expected,
      got: `the event lost with the ID ${joined.network.known(id)}.`,
      hint: other,
    })
}

/** Fails when there are events that no check has asked for. What the program has heard before is handled first. */
export async function expectNothingElse(t: CheckContext, joined: Joined, hint: string): Promise<void> {
  for (let i = 0; i < 2; i++) await joined.program.signOfLife()
  const [event] = joined.program.told.waiting()
  if (!event) return
  t.fail({
    op: 'join',
    expected: 'no more events.',
    got: `the event ${event.event} with ${oneLine(JSON.stringify(event.data), 120)}.`,
    hint,
  })
}

/** Fails unless `peers` returns these, in any order. */
export async function expectPeers(
  t: CheckContext,
  joined: Joined,
  nodes: readonly Pick<LocalPeer, 'id' | 'called'>[],
  hint = 'do you add a peer when identify has returned its agent, and remove it when its last connection has closed?',
): Promise<void> {
  const { peers } = await t.call(exercise.ops.peers, {}, { program: joined.program })
  const wanted = nodes.map(({ id }) => id).sort()
  if (JSON.stringify(peers.toSorted()) === JSON.stringify(wanted)) return
  t.fail({
    op: 'peers',
    expected:
      nodes.length === 0
        ? 'no peers.'
        : `${nodes.map(({ called, id }) => `${id} (${called})`).join(' and ')}.`,
    got: peers.length === 0 ? 'no peers.' : `${peers.map(id => joined.network.known(id)).join(', ')}.`,
    hint,
  })
}

function parsed<D extends Fields>(kind: EventKind<D>, data: unknown): Values<D> {
  const { values, misfit } = parseEvent(kind, data)
  if (misfit) throw new CheckFailure({ op: 'join', ...misfit })
  return values
}
