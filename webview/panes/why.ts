/**
 * Why a node does not receive messages, in plain words, or that it does: the first of the steps to a delivery that has not
 * been taken. Discovered, dialled, connected, subscribed, grafted into a mesh that reaches the publisher.
 */
import { partOf, type MessageState, type NetworkState, type NodeState } from '../../network/state.ts'
import { plural, span } from '../format.ts'
import { peerCount } from './words.ts'

/** One reason each, in the order of the steps; undefined when this is not what is wrong. */
type Reason = (node: NodeState, state: NetworkState) => string | undefined

const running: Reason = n => {
  switch (n.phase) {
    case 'starting':
      return 'It is still starting and does not listen yet.'
    case 'stopping':
      return 'It is stopping.'
    case 'stopped':
      return 'It was stopped. Restart it to bring it back.'
    case 'killed':
      return 'It was killed. Its process or its sockets are gone, and its peers got no warning.'
    case 'crashed':
      return 'It crashed. See the cause above.'
    default:
      return undefined
  }
}

const awake: Reason = n =>
  n.paused === undefined
    ? undefined
    : 'It is paused. Its connections stay open, but it reads nothing until you resume it.'

const connected: Reason = (n, state) => {
  if (peerCount(n) > 0) return undefined
  const group = state.partition?.[partOf(state, n.name)]
  if (group && group.nodes.length === 1)
    return `The network is split, and it is alone in its group, ${group.name}.`
  const cut = (state.cut ?? []).filter(({ a, b }) => a === n.name || b === n.name).length
  if (group && cut > 0 && n.dialling.length === 0)
    return `The network is split: ${cut === 1 ? 'its only connection' : `all ${cut} of its connections`} led out of its group, ${group.name}.`
  if (n.dialling.length > 0)
    return `It is dialing ${plural(n.dialling.length, 'peer')}, but has no connection yet.`
  if (n.discovered.length > 0)
    return `It has discovered ${plural(n.discovered.length, 'peer')}, but has no connection. It has not dialed them, or the dials failed.`
  return 'It has not discovered any peers and no peer has dialed it, so it has no address to dial.'
}

const subscribed: Reason = n =>
  n.subscribed
    ? undefined
    : `It is connected to ${plural(peerCount(n), 'peer')}, but not subscribed to the topic, so its peers have no reason to send it messages.`

const inMesh: Reason = (n, state) => {
  if (n.mesh.length > 0) return undefined
  const grafted = Object.values(state.nodes).some(other => other.mesh.includes(n.peerId ?? ''))
  return grafted
    ? 'It has no peers in its own mesh, although another node has grafted it. Messages can arrive from that side only.'
    : 'It is subscribed, but in no other node’s mesh. Messages reach it only through gossip, a heartbeat later, or not at all. The next heartbeat should graft it.'
}

/** gossipsub's default: who is below it gets no gossip and is not listened to (score/peer-score-thresholds.js). */
const GOSSIP_THRESHOLD = -10

const trusted: Reason = (n, state) => {
  const against = Object.values(state.nodes).filter(
    other => (other.scores?.[n.peerId ?? ''] ?? 0) < GOSSIP_THRESHOLD,
  )
  if (against.length === 0) return undefined
  return `Its score is below the gossip threshold of ${GOSSIP_THRESHOLD} at ${against.map(o => o.name).join(', ')}: these nodes neither keep it in their mesh nor gossip to it.`
}

/** A learner's program discovers, dials and forwards as it pleases: what is seen of it are its connections. */
const linked: Reason = (n, state) => {
  if (peerCount(n) > 0 || Object.keys(state.nodes).length < 2) return undefined
  return state.partition ? connected(n, state) : 'No other node is connected to it.'
}

const REASONS: readonly Reason[] = [running, awake, connected, subscribed, trusted, inMesh]
const PROGRAM_REASONS: readonly Reason[] = [running, awake, linked]

/** One or two sentences. With a message they are about that one, if the node has not got it. */
export function whyNot(state: NetworkState, node: NodeState, message: MessageState | undefined): string {
  const isProgram = state.program !== undefined
  const reason = (isProgram ? PROGRAM_REASONS : REASONS).map(r => r(node, state)).find(r => r !== undefined)
  if (message && message.publisher !== node.name && !message.deliveries[node.name]) {
    const missed = `Message ${message.number.toLocaleString('en')} has not reached it.`
    if (reason !== undefined) return `${missed} ${reason}`
    if (message.publisher !== undefined && apart(state, message.publisher, node.name))
      return `${missed} The network is split, and ${message.publisher} is in another group.`
    if (isProgram) return `${missed} Nothing blocks it, so that is up to your program.`
    if (message.publisher !== undefined && !reaches(state, message.publisher, node.name))
      return `${missed} The mesh has no path from ${message.publisher} to it.`
    if (!message.targets.includes(node.name))
      return `${missed} It was not subscribed when the message was published.`
    return `${missed} ${whetherItComes(state, node, message)}`
  }
  if (reason !== undefined) return reason
  const latest = state.messages.reduce((at, m) => Math.max(at, m.deliveries[node.name]?.at ?? 0), 0)
  if (latest > 0) return `Yes. The latest message arrived ${span(state.at - latest)} before this moment.`
  if (node.received > 0)
    return `Yes. It received ${plural(node.received, 'message')} that are no longer listed.`
  const missed = state.messages.some(m => m.publisher !== node.name && m.targets.includes(node.name))
  return missed
    ? 'Nothing blocks it, but no message has arrived yet.'
    : 'Nothing blocks it, but no message has arrived yet. No other node has published since it joined.'
}

/** gossipsub keeps a message for 5 heartbeats to send it to peers that ask for it (gossipsub v1.0 spec, mcache_len). Milliseconds. */
const KEPT_MS = 5_000
/** A way over slow links has this many of them at the most, as a rule. */
const SLOW_HOPS = 3

/** Of a message that has not reached a node although nothing is in the way now. */
function whetherItComes(state: NetworkState, node: NodeState, { at, publisher }: MessageState): string {
  const latencies = Object.values(state.faultyLinks).map(({ faults }) => faults.latencyMs ?? 0)
  const inTime = state.at - at <= KEPT_MS + SLOW_HOPS * Math.max(0, ...latencies)
  const { lastSplit } = state
  if (lastSplit && publisher !== undefined && at >= lastSplit.from && at <= lastSplit.to) {
    const then = { partition: lastSplit.groups }
    if (partOf(then, publisher) !== partOf(then, node.name))
      return (
        `It was published while the network was split, and ${publisher} was in another group. ` +
        (inTime
          ? 'The groups can connect again, so gossip may still bring it.'
          : 'Nodes keep a message for about 5 s, so after the heal there was nobody left to get it from.')
      )
  }
  return inTime
    ? 'Nothing blocks it, so it may still be on its way.'
    : `Nothing blocks it now, but the message is ${span(state.at - at)} old. Nodes keep a message for about 5 s, so it is not going to arrive.`
}

/** Whether a partition is between two nodes. */
const apart = (state: NetworkState, a: string, b: string): boolean =>
  state.partition !== undefined && partOf(state, a) !== partOf(state, b)

/** Whether messages get from one node to another: along mesh links, as far as they are seen. */
function reaches(state: NetworkState, from: string, to: string): boolean {
  const seen = new Set([from])
  for (const name of seen) {
    if (name === to) return true
    const node = state.nodes[name]
    if (!node) continue
    // A publisher outside of the mesh sends to some of its connections.
    const peers = node.subscribed ? node.mesh : Object.keys(node.connections)
    for (const peer of peers) {
      const other = state.names[peer]
      if (other !== undefined && state.nodes[other]?.phase === 'listening') seen.add(other)
    }
  }
  return false
}
