/** An event in one short sentence, in the field's terms. */
import type { NetworkEvent } from '../../network/events.ts'
import { plural } from '../format.ts'
import { actedText, churnText, faultFigures } from '../panes/fault-words.ts'
import { nameOf, type NetworkState } from '../../network/state.ts'

/** "n3 received message 2 from n1". `state` is one after the event: it knows the names and the numbers of messages. */
export function eventText(event: NetworkEvent, state: NetworkState): string {
  const peer = (id: string) => nameOf(state, id)
  switch (event.type) {
    case 'network-started':
      return `the network started with ${event.requested} nodes requested`
    case 'notice':
      return `${event.level}: ${event.text}`
    case 'note':
      return `note: ${event.text}`
    case 'network-ready':
      return state.program === undefined
        ? 'the mesh is healthy and the network is ready'
        : 'the network is ready'
    case 'metrics-listening':
      return `metrics are available at ${event.url}`
    case 'shared':
      return `other computers can join at ${event.address} with the code ${event.code}`
    case 'joined':
      return `joined the network at ${event.address}`
    case 'network-stopping':
      return 'the network is stopping'
    case 'network-stopped':
      return 'the network stopped'
    case 'node-starting':
      return `${event.node} is starting`
    case 'node-degree':
      return `${event.node} now has a target of ${event.degree} links`
    case 'node-listening':
      return `${event.node} is listening, process ${event.pid}`
    case 'node-stopping':
      return `${event.node} is stopping`
    case 'node-stopped':
      return `${event.node} stopped`
    case 'node-killed':
      return `${event.node} was killed (${event.how === 'SIGKILL' ? 'SIGKILL' : 'its sockets were reset'})`
    case 'node-crashed':
      return `${event.node} crashed: ${event.cause}`
    case 'discovered':
      return `${event.node} discovered ${peer(event.peer)} ${event.via === 'mdns' ? 'through mDNS' : '(address assigned)'}`
    case 'dialling':
      return `${event.node} dialed ${peer(event.peer)}`
    case 'dial-failed':
      return `${event.node} could not reach ${peer(event.peer)}: ${event.cause}`
    case 'connected':
      return `${event.node} connected ${event.direction === 'outbound' ? 'to' : 'from'} ${peer(event.peer)}`
    case 'identified':
      return `${event.node} learned that ${peer(event.peer)} runs ${event.agent}`
    case 'disconnected':
      return `${event.node} lost its connection to ${peer(event.peer)}`
    case 'subscribed':
      return event.peer === undefined
        ? `${event.node} subscribed to ${event.topic}`
        : `${event.node} learned that ${peer(event.peer)} subscribed to ${event.topic}`
    case 'unsubscribed':
      return event.peer === undefined
        ? `${event.node} unsubscribed from ${event.topic}`
        : `${event.node} learned that ${peer(event.peer)} unsubscribed from ${event.topic}`
    case 'grafted':
      return event.direction === 'outbound'
        ? `${event.node} grafted ${peer(event.peer)}`
        : `${event.node} was grafted by ${peer(event.peer)}`
    case 'pruned':
      return event.direction === 'outbound'
        ? `${event.node} pruned ${peer(event.peer)}`
        : `${event.node} was pruned by ${peer(event.peer)}`
    case 'mesh':
      return `${event.node} has ${event.peers.length} mesh peers: ${event.peers.map(peer).join(', ') || 'none'}`
    case 'published':
      return `${event.node} published ${messageText(event.message, state)} to ${event.recipients.length} peers`
    case 'received':
      return `${event.node} received ${messageText(event.message, state)} from ${peer(event.from)}`
    case 'duplicate':
      return `${event.node} received ${messageText(event.message, state)} again, from ${peer(event.from)}`
    case 'rejected':
      return `${event.node} rejected ${messageText(event.message, state)} from ${peer(event.from)}: ${event.reason}`
    case 'frame':
      return event.lost
        ? `${event.kind} from ${event.node} to ${peer(event.peer)} got lost`
        : `${event.node} sent ${event.kind} to ${peer(event.peer)} (${plural(event.bytes, 'byte')})`
    case 'reported':
      return `${event.node} reported ${event.event} ${event.data}`
    case 'node-paused':
      return `${event.node} was paused`
    case 'node-resumed':
      return `${event.node} was resumed`
    case 'partitioned':
      return `the network was split into ${event.groups.map(g => `${g.name} (${g.nodes.join(', ')})`).join(' and ')}`
    case 'healed':
      return 'the split was healed'
    case 'link-fault':
      return `the link between ${event.a} and ${event.b} now has faults: ${faultFigures(event.faults)}`
    case 'link-acted':
      return `the faults on ${event.a} – ${event.b} took effect: ${actedText({ acted: event })}`
    case 'churn-started':
      return `churn started: ${churnText(event)}`
    case 'churn-stopped':
      return `churn stopped after ${event.turns} ${event.turns === 1 ? 'kill' : 'kills'}`
    case 'scores':
      return `${event.node} changed its scores: ${event.scores.map(s => `${peer(s.peer)} ${s.score.toFixed(1)}`).join(', ')}`
    case 'scenario-step':
      return `step ${event.step} of ${event.of} of “${event.scenario}”, ${event.title}: ${event.outcome}${event.detail === '' ? '' : `, ${event.detail}`}`
    case 'link-fault-cleared':
      return `the faults on the link between ${event.a} and ${event.b} were cleared`
    case 'recording-started':
      return `started recording the network to ${event.file}`
    case 'recording-stopped':
      return event.problem === undefined
        ? `the recording ${event.file} ended`
        : `the recording ${event.file} stopped: ${event.problem}`
    case 'recorded-network':
      return 'the recording starts here with the state of the network at that time'
    case 'recorded-node':
      return `state of ${event.node} when the recording started`
    case 'recorded-message':
      return `state of ${messageText(event.message, state)} when the recording started`
    default:
      return describeUnknown(event)
  }
}

const messageText = (id: string, state: NetworkState): string => {
  const number = state.messages.find(m => m.id === id)?.number
  return number === undefined ? `message …${id.slice(-6)}` : `message ${number.toLocaleString('en')}`
}

/** Kinds of events that came after this was written are told by their name. */
const describeUnknown = (event: { type: string; node?: string }): string =>
  [event.node, event.type.replaceAll('-', ' ')].filter(Boolean).join(' ')
