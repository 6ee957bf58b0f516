/** A follower as the text has it: what an append-entries does to a log. */
import type { Entry, Of } from './messages.ts'

export interface Follower {
  term: number
  log: Entry[]
  commitIndex: number
}

export const termAt = (log: readonly Entry[], index: number): number => log[index - 1]?.term ?? 0

/** Changes the follower as the request wants it, and returns the answer. */
export function follow(follower: Follower, request: Of<'append-entries'>): Of<'appended'> {
  const { term, prevLogIndex, prevLogTerm, entries, leaderCommit } = request
  follower.term = Math.max(follower.term, term)
  const { log } = follower
  if (term < follower.term || prevLogIndex > log.length || termAt(log, prevLogIndex) !== prevLogTerm)
    return { type: 'appended', term: follower.term, success: false, matchIndex: 0 }
  const differs = entries.findIndex((entry, i) => termAt(log, prevLogIndex + 1 + i) !== entry.term)
  if (differs >= 0) log.splice(prevLogIndex + differs, Infinity, ...entries.slice(differs))
  const matchIndex = prevLogIndex + entries.length
  follower.commitIndex = Math.max(follower.commitIndex, Math.min(leaderCommit, matchIndex))
  return { type: 'appended', term: follower.term, success: true, matchIndex }
}
