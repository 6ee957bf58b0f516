/** The words the view uses for what the state holds. */
import {
  partOf,
  progress,
  type MessageState,
  type NetworkState,
  type NodeState,
} from '../../network/state.ts'
import { capital, plural, span } from '../format.ts'
import { hasEnded, isConnected, markOf, type Edge, type Mark, type Scene } from '../graph/scene.ts'
import { faultTerms, HOSTILE_TEXT, scoreText } from './fault-words.ts'
import { TERMS, type Term } from './terms.ts'
import type { Arrow } from '../spacetime/diagram.ts'

/** A sign for each state, beside its word. */
export const MARKS: Record<Mark, string> = {
  starting: '◌',
  listening: '●',
  paused: '‖',
  stopping: '◍',
  stopped: '■',
  killed: '✕',
  crashed: '▲',
  foreign: '◆',
}

/** Of a node that is there to do harm. */
export const HOSTILE_SIGN = '✹'

export const peerCount = (n: NodeState): number => Object.keys(n.connections).length

/** "message 7 reached 9 of 9 nodes, slowest 41 ms" */
export const reachText = (m: MessageState): string =>
  `message ${m.number.toLocaleString('en')} ${reachedText(m)}`

/** "reached 9 of 9 nodes, slowest 41 ms" */
export function reachedText(m: MessageState): string {
  const { reached, expected, slowestMs } = progress(m)
  const slowest = reached > 0 ? `, slowest ${span(slowestMs)}` : ''
  return `reached ${reached} of ${plural(expected, 'node')}${slowest}`
}

export const isComplete = (m: MessageState): boolean => {
  const { reached, expected } = progress(m)
  return reached >= expected
}

/** How nodes find each other, in plain words. */
export const discoveryText = (state: NetworkState): string =>
  state.program !== undefined
    ? `your program of exercise ${state.program}`
    : state.discovery === 'mdns'
      ? 'nodes find each other through multicast DNS'
      : 'nodes get assigned addresses (no multicast DNS)'

export const TOPOLOGY_TEXT: Record<NetworkState['topology'], string> = {
  random: 'random links',
  line: 'linked in a line',
  ring: 'linked in a ring',
  star: 'linked in a star',
  grid: 'linked in a grid',
  tree: 'linked in a tree',
  file: 'linked as defined in a file',
  full: 'fully linked',
}

/** The graph in one sentence, for those who cannot see it. */
export function graphName(scene: Scene, running: number, hasMesh: boolean): string {
  const connections = scene.edges.filter(isConnected).length
  const mesh = scene.edges.filter(e => e.kind === 'mutual').length
  const cut = scene.edges.filter(e => e.kind === 'cut').length
  const faulty = scene.edges.filter(e => e.faults !== undefined).length
  const hostile = scene.nodes.filter(n => n.hostile !== undefined && !hasEnded(n.mark)).length
  const faults = [
    scene.groups.length > 0 &&
      `split into ${scene.groups.map(g => g.name).join(' and ')} with ${plural(cut, 'connection')} cut`,
    faulty > 0 && `${plural(faulty, 'faulty link')}`,
    hostile > 0 && plural(hostile, 'hostile node'),
  ].filter(Boolean)
  return (
    `Graph of the network: ${plural(running, 'node')} running, ${plural(connections, 'connection')}` +
    `${hasMesh ? `, ${mesh} of them in the gossip mesh` : ''}. ${faults.length === 0 ? '' : `${capital(faults.join(', '))}. `}` +
    `The Nodes and Messages tables${faults.length === 0 ? '' : ' and the Faults list'} show the same data as text.`
  )
}

const LINKS: Record<Edge['kind'], { text: string; term: Term }> = {
  dialling: { text: 'dialing', term: 'Dialing' },
  connection: { text: 'connected, not in the mesh', term: 'Connection' },
  'one-way': { text: 'grafted on one side so far', term: 'Graft' },
  mutual: { text: 'in each other’s gossip mesh', term: 'Mesh' },
  cut: { text: 'cut by the split', term: 'Partition' },
  down: { text: 'not connected', term: 'Connection' },
}

/** What a link is, in a few words, and the term for it. */
export const linkText = (state: NetworkState, kind: Edge['kind'] = 'down'): { text: string; term: Term } =>
  // Only gossipsub has a mesh.
  kind === 'connection' && state.program !== undefined ? { ...LINKS[kind], text: 'connected' } : LINKS[kind]

/** What a link is, with a sentence about what that means, and what is wrong with it. */
export function edgeText(state: NetworkState, { a, b, kind, faults }: Edge): string {
  const { text, term } = linkText(state, kind)
  const wrong = faults ? faultTerms(faults) : []
  return [
    `${a} – ${b}: ${text}`,
    `${term}: ${TERMS[term]}`,
    ...wrong.map(([name, figure]) => `${name}, ${figure}: ${TERMS[name]}`),
  ].join('\n')
}

/** What a node is, in a few lines. */
export function tooltipText(state: NetworkState, name: string): string {
  const node = state.nodes[name]
  if (!node) return `${name}\na peer outside this network`
  const lines = [`${name} · ${markOf(node)}`]
  const group = groupOf(state, name)
  if (group !== undefined) lines.push(`In group ${group} of the split network`)
  if (node.pid !== undefined) lines.push(`PID ${node.pid}`)
  if (node.phase === 'listening')
    lines.push(
      plural(peerCount(node), 'peer') +
        (state.program === undefined ? `, ${node.mesh.length} in its mesh` : ''),
    )
  const score = scoreText(state, node)
  if (score !== undefined) lines.push(`Score ${score}`)
  if (node.leads !== undefined) lines.push(leaderText(node.leads))
  if (node.tip !== undefined) lines.push(node.tip)
  if (node.failure) lines.push(node.failure.cause)
  if (node.hostile) lines.push(capital(HOSTILE_TEXT[node.hostile]), `Hostile node: ${TERMS['Hostile node']}`)
  else if (score !== undefined) lines.push(`Score: ${TERMS.Score}`)
  else if (group !== undefined) lines.push(`Partition: ${TERMS.Partition}`)
  else if (node.phase === 'listening' && node.mesh.length > 0) lines.push(`Mesh: ${TERMS.Mesh}`)
  return lines.join('\n')
}

/** Of a node that leads, in words. */
const leaderText = (term: number): string => `Leader in term ${term.toLocaleString('en')}`
/** Beside the name of such a node, where there is room for a sign. */
export const LEADER_SIGN = '★'

/** The name of a node's group while the network is split. */
const groupOf = (state: NetworkState, name: string): string | undefined =>
  state.partition?.[partOf(state, name)]?.name

/** The space-time diagram in one sentence. */
export function diagramName(lanes: number, message: MessageState | undefined): string {
  const which = message ? ` ${capital(reachText(message))}.` : ''
  return `One lane per node (${plural(lanes, 'node')}), one arrow per message copy.${which} The Hops and Events lists show the same data as text.`
}

const ARRIVED = {
  first: 'first copy',
  duplicate: 'duplicate',
  rejected: 'rejected',
  other: 'arrived',
  gone: 'lost',
}

/** What an arrow of the space-time diagram is, in a few lines. */
export function arrowText(state: NetworkState, { from, to, start, end, kind, group, text }: Arrow): string {
  const number = state.messages.find(m => m.id === group)?.number
  const took = start === undefined ? 'send time unknown' : `${span(end - start)} in transit`
  if (text !== undefined) return `${from} → ${to}\n${text}, ${ARRIVED[kind]}\n${took}`
  return `${from} → ${to}\nmessage ${number?.toLocaleString('en') ?? `…${group.slice(-6)}`}, ${ARRIVED[kind]}\n${took}`
}
