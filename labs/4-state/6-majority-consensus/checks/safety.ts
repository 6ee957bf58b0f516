/** The properties of the paper's figure 3, on every message and event of a cluster. */
import type { Invariant, Entry as Traced, Violation } from '../../../check/cluster/trace.ts'
import { asMessage, type Entry, type Message } from './messages.ts'

interface Committed extends Entry {
  traced: Traced
  /** No leader of a greater term may lack it: the greatest term that anyone had spoken of when it was committed. */
  before: number
}

/** A new one for each cluster. Its order in the trace is that of the checker: between a node's messages and its events nothing is concluded from it. */
export function safety(): Invariant {
  const leaders = new Map<number, { node: string; traced: Traced }>()
  const votes = new Map<string, { candidate: string; traced: Traced }>()
  const requests = new Map<string, { length: number; traced: Traced }>()
  const entries = new Map<string, Entry & { prevTerm: number; traced: Traced }>()
  const logs = new Map<string, { term: number; traced: Traced }>()
  const committed = new Map<number, Committed>()
  const applied = new Map<string, number>()
  let greatest = 0

  const leads = (node: string, term: number, traced: Traced): Violation | undefined => {
    const known = leaders.get(term)
    if (!known) leaders.set(term, { node, traced })
    if (!known || known.node === node) return undefined
    return {
      expected: 'at most one leader per term (election safety).',
      got: `${known.node} and ${node} both lead term ${term}.`,
      hint: 'does each node vote once per term, also after a restart? Does a leader need more than half of all nodes?',
      because: [known.traced],
    }
  }
  const votesFor = (
    voter: string,
    candidate: string,
    term: number,
    traced: Traced,
  ): Violation | undefined => {
    const key = `${voter} ${term}`
    const known = votes.get(key)
    if (!known) votes.set(key, { candidate, traced })
    if (!known || known.candidate === candidate) return undefined
    return {
      expected: 'at most one vote per node and term.',
      got: `${voter} voted for ${known.candidate} and for ${candidate} in term ${term}.`,
      hint: 'a candidate votes for itself. Is votedFor saved before the vote goes out, and loaded again?',
      because: [known.traced],
    }
  }
  const appends = (
    message: Extract<Message, { type: 'append-entries' }>,
    traced: Traced,
  ): Violation | undefined => {
    let prevTerm = message.prevLogTerm
    for (const [i, { term, command }] of message.entries.entries()) {
      const index = message.prevLogIndex + 1 + i
      const key = `${index} ${term}`
      const known = entries.get(key)
      if (!known) entries.set(key, { term, command, prevTerm, traced })
      else if (known.command !== command || known.prevTerm !== prevTerm)
        return {
          expected:
            'that logs which have an entry of the same index and term are equal up to there (log matching).',
          got: `two entries with index ${index} and term ${term} that differ, or that follow entries of different terms.`,
          hint: 'does a follower refuse entries that do not follow on its log, and delete what conflicts?',
          because: [known.traced],
        }
      const own = logs.get(`${message.term} ${index}`)
      if (own && own.term !== term)
        return {
          expected: 'that a leader never changes an entry of its own log (leader append-only).',
          got: `entries of the terms ${own.term} and ${term} at index ${index}, both from the leader of term ${message.term}.`,
          because: [own.traced],
        }
      logs.set(`${message.term} ${index}`, { term, traced })
      const fixed = committed.get(index)
      if (fixed && fixed.term !== term && message.term > fixed.before)
        return {
          expected: `that every leader after term ${fixed.before} has the entry of index ${index} that is committed (leader completeness).`,
          got: `an entry of term ${term} at index ${index} from the leader of term ${message.term}.`,
          hint: 'does a node vote only for logs that are not behind its own? Is an entry of an older term committed by counting?',
          because: [fixed.traced],
        }
      prevTerm = term
    }
    return undefined
  }

  return traced => {
    if (traced.kind === 'fault' && traced.what === 'is started again') {
      for (const node of traced.nodes) applied.delete(node)
      return undefined
    }
    if (traced.kind === 'message') {
      const { from, to } = traced
      const message = asMessage(traced.value)
      if (!message) return undefined
      greatest = Math.max(greatest, message.term)
      switch (message.type) {
        case 'request-vote':
          requests.set(`${from} ${message.term}`, { length: message.lastLogIndex, traced })
          return votesFor(from, from, message.term, traced)
        case 'vote':
          return message.voteGranted ? votesFor(from, to, message.term, traced) : undefined
        case 'append-entries':
          return leads(from, message.term, traced) ?? appends(message, traced)
        case 'appended':
          return undefined
      }
    }
    if (traced.kind === 'answer' && traced.call.op === 'submit' && traced.call.result) {
      const { index } = traced.call.result as { index: number }
      const { command } = traced.call.args as { command: string }
      const known = committed.get(index)
      if (known?.command === command) return undefined
      return {
        expected: `that a submit is answered once its own command is committed, so that of "${command}" after the event committed with index ${index} and this command.`,
        got: known ? `index ${index} has the command "${known.command}".` : 'an answer before it.',
        hint: 'do you answer where the entry is applied, and call emit first?',
        because: [traced.call, ...(known ? [known.traced] : [])],
      }
    }
    if (traced.kind !== 'event') return undefined
    const { node, event, data } = traced
    const { index, term, command } = data as { index: number; term: number; command: string }
    if (event === 'leader') {
      const request = requests.get(`${node} ${term}`)
      for (const [at, one] of committed)
        if (request && at > request.length && term > one.before)
          return {
            expected: `that every leader after term ${one.before} has index ${at}, which is committed (leader completeness).`,
            got: `${node} leads term ${term} with a log that ends at index ${request.length}.`,
            hint: 'does a node vote only for logs that are not behind its own? Does a majority have to store an entry before it is committed?',
            because: [one.traced, request.traced],
          }
      return leads(node, term, traced)
    }
    if (event !== 'committed') return undefined
    const last = applied.get(node) ?? 0
    applied.set(node, index)
    if (index !== last + 1)
      return {
        expected: `that ${node} applies index ${last + 1} next.`,
        got: `index ${index}.`,
        hint: 'apply each entry once and in order, from index 1 after a start',
      }
    const known = committed.get(index)
    if (!known) {
      committed.set(index, { term, command, traced, before: greatest })
      return undefined
    }
    if (known.term === term && known.command === command) return undefined
    return {
      expected: 'that all nodes apply the same command at the same index (state machine safety).',
      got: `"${known.command}" of term ${known.term} and "${command}" of term ${term}, both at index ${index}.`,
      hint: 'once an entry is committed, nothing may replace it',
      because: [known.traced],
    }
  }
}
