/** What changed between two looks at a network, in sentences short enough to be spoken. */
import type { MessageState, NetworkState, NodePhase } from '../../network/state.ts'
import { capital, isComplete, plural, reachText, span } from './words.ts'

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
  names.length > 1 ? verb.replace(/^was /, 'were ') : verb
