/** What changed between two looks at a network, in sentences short enough to be spoken. */
import type { MessageState, NetworkState, NodePhase, NodeState } from '../../network/state.ts'
import { churnText, faultFigures, groupsText } from './fault-words.ts'
import { capital, plural, span } from '../format.ts'
import { isComplete, reachText } from './words.ts'

/** Up to this many are told one by one. */
const ONE_BY_ONE = 2

const HAPPENED: Partial<Record<NodePhase, string>> = {
  listening: 'joined',
  stopped: 'stopped',
  killed: 'was killed',
  crashed: 'crashed',
}

/** Sentences about the nodes and the network as a whole; empty when nothing is worth a word. */
export function changes(before: NetworkState, now: NetworkState): string[] {
  const sentences: string[] = []
  const same = before.network === now.network
  for (const [phase, verb] of Object.entries(HAPPENED)) {
    const names = Object.values(now.nodes)
      .filter(n => n.phase === phase && !(same && before.nodes[n.name]?.phase === phase))
      .map(n => n.name)
    if (names.length === 0) continue
    if (names.length <= ONE_BY_ONE && phase !== 'listening')
      sentences.push(`${names.join(' and ')} ${many(verb, names)}.`)
    else sentences.push(`${plural(names.length, 'node')} ${many(verb, names)}.`)
  }
  const phaseChanged = !same || before.phase !== now.phase
  if (phaseChanged && now.phase === 'ready')
    sentences.push(`Network ready${now.readyMs === undefined ? '' : ` in ${span(now.readyMs)}`}.`)
  if (phaseChanged && now.phase === 'stopped') sentences.push('Network stopped.')
  sentences.push(...faultChanges(same ? before : { ...before, faultyLinks: {} }, now))
  const told = same ? (before.notices.at(-1)?.at ?? 0) : 0
  for (const notice of now.notices.filter(n => n.at > told && n.level !== 'info').slice(-ONE_BY_ONE))
    sentences.push(capital(`${notice.level}: ${notice.text}`))
  return sentences
}

/** Sentences about messages that have come to their end. */
export function deliveries(messages: readonly MessageState[]): string[] {
  if (messages.length === 0) return []
  if (messages.length <= ONE_BY_ONE) return messages.map(m => `${capital(reachText(m))}.`)
  const complete = messages.filter(isComplete).length
  return [`${complete} of ${messages.length} messages reached every node.`]
}

const many = (verb: string, names: readonly string[]) =>
  names.length > 1 ? verb.replace(/^was /, 'were ').replace(/^is /, 'are ') : verb

/** What was done to the network on purpose, and what was mended. */
function faultChanges(before: NetworkState, now: NetworkState): string[] {
  const sentences: string[] = []
  if (now.partition && now.partition !== before.partition)
    sentences.push(`The network is split into ${groupsText(now.partition, 3)}.`)
  if (!now.partition && before.partition && now.phase !== 'stopped') sentences.push('The network is healed.')
  const set = Object.entries(now.faultyLinks).filter(
    ([key, { faults }]) => before.faultyLinks[key]?.faults !== faults,
  )
  if (set.length > ONE_BY_ONE) sentences.push(`${plural(set.length, 'link')} now have faults.`)
  else
    for (const [, { a, b, faults }] of set)
      sentences.push(`The link between ${a} and ${b} now has faults: ${faultFigures(faults)}.`)
  const cleared = Object.keys(before.faultyLinks).filter(key => !now.faultyLinks[key]).length
  if (cleared > 0 && now.phase !== 'stopped')
    sentences.push(`Cleared the faults of ${plural(cleared, 'link')}.`)
  if (now.churn && !before.churn) sentences.push(`Churn started: ${churnText(now.churn)}.`)
  if (!now.churn && before.churn && now.phase !== 'stopped') sentences.push('Churn stopped.')
  const changed = (is: (n: NodeState) => boolean) =>
    Object.values(now.nodes).filter(n => is(n) && !(before.nodes[n.name] && is(before.nodes[n.name]!)))
  const isHostile = (n: NodeState) => n.hostile !== undefined && n.phase === 'listening'
  const isPaused = (n: NodeState) => n.paused !== undefined
  for (const [verb, nodes] of [
    ['was paused', changed(isPaused)],
    ['was resumed', changed(n => n.phase === 'listening' && !isPaused(n) && !!before.nodes[n.name]?.paused)],
    ['is hostile', changed(isHostile)],
  ] as const) {
    if (nodes.length === 0) continue
    const names = nodes.map(n => n.name)
    const who = names.length <= ONE_BY_ONE ? names.join(' and ') : plural(names.length, 'node')
    sentences.push(`${who} ${many(verb, names)}.`)
  }
  return sentences
}
