/** The words for what is done to a network on purpose. */
import type { Hostility, LinkFaults } from '../../network/events.ts'
import { liveNodes, partOf, type FaultyLink, type NetworkState, type NodeState } from '../../network/state.ts'
import type { Term } from './terms.ts'
import { bytesText, plural } from '../format.ts'

/** "200 ms ± 50 ms · 5 % lost · 8 kB/s", for the picture. */
export function faultFigures({ latencyMs, jitterMs, loss, bytesPerSecond }: LinkFaults): string {
  const time = [
    latencyMs !== undefined && `${latencyMs} ms`,
    jitterMs !== undefined && jitterMs > 0 && `± ${jitterMs} ms`,
  ].filter(Boolean)
  return [
    time.join(' '),
    loss !== undefined && loss > 0 && `${percent(loss)} lost`,
    bytesPerSecond !== undefined && `${rate(bytesPerSecond)}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Each fault of a link by its term, with its figure: Latency, "200 ms each way". */
export function faultTerms({ latencyMs, jitterMs, loss, bytesPerSecond }: LinkFaults): [Term, string][] {
  const list: [Term, string | undefined][] = [
    ['Latency', latencyMs === undefined ? undefined : `${latencyMs} ms each way`],
    ['Jitter', jitterMs === undefined ? undefined : `± ${jitterMs} ms`],
    ['Loss', loss === undefined ? undefined : `${percent(loss)} of the segments`],
    ['Bandwidth', bytesPerSecond === undefined ? undefined : rate(bytesPerSecond)],
  ]
  return list.flatMap(([term, text]) => (text === undefined ? [] : [[term, text] as [Term, string]]))
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10}%`
const rate = (bytesPerSecond: number): string => `${Math.round(bytesPerSecond / 100) / 10} kB/s`

/** What the proxy of a link has done, or that it did nothing yet. */
export function actedText({ acted }: Pick<FaultyLink, 'acted'>): string {
  if (!acted) return 'no data yet'
  const { bytes, delayed, lost, paced, resets } = acted
  return [
    `${bytesText(bytes)} carried`,
    delayed > 0 && `${plural(delayed, 'piece')} delayed`,
    lost > 0 && `${lost.toLocaleString('en')} lost and retransmitted`,
    paced > 0 && `${paced.toLocaleString('en')} held back`,
    resets > 0 && `reset ${plural(resets, 'time')}`,
  ]
    .filter(Boolean)
    .join(', ')
}

export const HOSTILE_TEXT: Record<Hostility, string> = {
  spam: 'hostile: publishes far too many messages',
  invalid: 'hostile: sends invalid messages',
}

/** gossipsub's scores of a node at its peers, the lowest first; empty while all are 0. */
function scoresOf(state: NetworkState, node: NodeState): { by: string; score: number }[] {
  if (node.peerId === undefined) return []
  return liveNodes(state)
    .flatMap(other => {
      const score = other.scores?.[node.peerId!]
      return score === undefined || score === 0 ? [] : [{ by: other.name, score }]
    })
    .sort((a, b) => a.score - b.score)
}

/** "−34.0 at n4, the lowest of 5 peers"; undefined while all are 0. */
export function scoreText(state: NetworkState, node: NodeState): string | undefined {
  const scores = scoresOf(state, node)
  const [lowest] = scores
  if (!lowest) return undefined
  const text = `${number(lowest.score)} at ${lowest.by}`
  return scores.length === 1 ? text : `${text}, lowest of ${plural(scores.length, 'peer')}`
}

const number = (score: number): string => score.toFixed(1).replace('-', '−')

/** The groups of a split network with those that came later; empty while it is whole. */
export const groupsOf = (state: NetworkState): { name: string; nodes: string[] }[] =>
  (state.partition ?? []).map(({ name }, index) => ({
    name,
    nodes: Object.keys(state.nodes).filter(node => partOf(state, node) === index),
  }))

/** "A (n1, n2) and B (n3)"; of long lists the first few. */
export function groupsText(groups: readonly { name: string; nodes: readonly string[] }[], most = 8): string {
  return groups
    .map(({ name, nodes }) => {
      const more = nodes.length - most
      const shown = nodes.slice(0, more > 1 ? most : nodes.length)
      return `${name} (${shown.join(', ')}${more > 1 ? ` and ${more} more` : ''})`
    })
    .join(' and ')
}

export const churnText = ({ perMinute }: { perMinute: number }): string =>
  `${perMinute.toLocaleString('en')} ${perMinute === 1 ? 'node' : 'nodes'} per minute killed and restarted`

/** All that is done to the network at a moment, in a line; empty when nothing is. */
export function faultsText(state: NetworkState): string {
  const links = Object.keys(state.faultyLinks).length
  const hostile = liveNodes(state).filter(n => n.hostile).length
  return [
    state.partition && `split into ${state.partition.map(g => g.name).join(' and ')}`,
    links > 0 && `${plural(links, 'faulty link')}`,
    state.churn && `churn: ${churnText(state.churn)}`,
    hostile > 0 && `${plural(hostile, 'hostile node')}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

export const linkName = (a: string, b: string): string => `${a} – ${b}`
