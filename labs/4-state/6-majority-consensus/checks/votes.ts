/** Votes: one per term, and only for a log that is at least as up to date. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Entry } from './messages.ts'
import { STILL } from './pace.ts'
import { openStage, type Stage } from './stage.ts'

interface Ask {
  from: string
  term: number
  last: { index: number; term: number }
  granted: boolean
  /** The currentTerm that the answer must have. */
  answers: number
  why: string
  hint: string
}

async function ask(t: CheckContext, stage: Stage, wanted: Ask): Promise<void> {
  const { from, term, last, granted, answers, why, hint } = wanted
  t.doing(
    `${from} asked n1 for its vote in term ${term}; its log ends at index ${last.index}, in term ${last.term}.`,
  )
  const vote = await stage.requestVote(from, { term, lastLogIndex: last.index, lastLogTerm: last.term })
  if (vote.voteGranted === granted && vote.term === answers) return
  stage.fail({
    expected: `a vote with voteGranted ${granted} and term ${answers}: ${why}.`,
    got: `voteGranted ${vote.voteGranted} and term ${vote.term}.`,
    hint:
      vote.voteGranted === granted
        ? 'the term of an answer is the currentTerm of the node, which is never less than the greatest that it has seen'
        : hint,
  })
}

export async function votes(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 5, STILL)
  const [a, b, c, d] = t.random.shuffle(stage.others) as [string, string, string, string]
  let term = t.random.int(3, 40)

  // A log that ends in term `term`, behind which there are entries of an older one.
  const old = term - t.random.int(1, 2)
  const entries: Entry[] = Array.from({ length: t.random.int(3, 6) }, (_, i) => ({
    term: i < 2 ? old : term,
    command: `write ${t.random.int(1, 999)}`,
  }))
  t.doing(`${a}, the leader of term ${term}, sent n1 ${entries.length} entries.`)
  const stored = await stage.append(a, { term, prevLogIndex: 0, prevLogTerm: 0, entries, leaderCommit: 0 })
  if (!stored.success)
    stage.fail({
      expected: 'an appended with success true.',
      got: JSON.stringify(stored),
      hint: 'an empty log agrees with prevLogIndex 0 and prevLogTerm 0',
    })
  const end = { index: entries.length, term }
  const longer = { index: end.index + t.random.int(1, 5), term: old }
  const shorter = { index: end.index - 1, term: end.term }
  const BEHIND = 'first compare the terms of the last entries, and only where they are equal the indexes'

  term += t.random.int(1, 9)
  await ask(t, stage, {
    from: b,
    term,
    last: longer,
    granted: false,
    answers: term,
    why: `n1's log ends in term ${end.term}, which is greater than ${old}, however long the other log is`,
    hint: BEHIND,
  })
  await ask(t, stage, {
    from: c,
    term,
    last: shorter,
    granted: false,
    answers: term,
    why: `both logs end in term ${end.term}, and n1's is longer`,
    hint: BEHIND,
  })
  await ask(t, stage, {
    from: d,
    term,
    last: end,
    granted: true,
    answers: term,
    why: `its log is not behind, and n1 has refused the others in this term, so its vote is free`,
    hint: 'does a refusal leave votedFor as it was? Is an equal log up to date? Does a greater term begin without a vote?',
  })
  await ask(t, stage, {
    from: a,
    term,
    last: { index: end.index + 3, term: end.term },
    granted: false,
    answers: term,
    why: `n1 has voted for ${d} in term ${term}`,
    hint: 'do you keep votedFor for the whole term?',
  })
  await ask(t, stage, {
    from: d,
    term,
    last: end,
    granted: true,
    answers: term,
    why: `it is the candidate that n1 has voted for, and its answer may have been lost`,
    hint: 'do you vote again for the same candidate?',
  })
  await ask(t, stage, {
    from: t.random.pick([a, d]),
    term: term - 1,
    last: end,
    granted: false,
    answers: term,
    why: `term ${term - 1} is over`,
    hint: 'do you refuse requests of a smaller term than yours?',
  })

  const lead = term
  t.doing(`${d}, the leader of term ${lead}, sent n1 a heartbeat.`)
  await stage.append(d, {
    term: lead,
    prevLogIndex: end.index,
    prevLogTerm: end.term,
    entries: [],
    leaderCommit: 0,
  })
  await ask(t, stage, {
    from: b,
    term,
    last: { index: 99, term: end.term },
    granted: false,
    answers: term,
    why: `n1 has voted for ${d} in term ${term}`,
    hint: 'a heartbeat does not free the vote of its term: only a greater term does',
  })

  term += 1
  await ask(t, stage, {
    from: c,
    term,
    last: { index: 1, term: end.term + 1 },
    granted: true,
    answers: term,
    why: `its log ends in a greater term, and may be shorter`,
    hint: BEHIND,
  })
  term += t.random.int(1, 9)
  t.doing(`${b}, the leader of term ${term}, sent n1 a heartbeat, and n1 had not voted in that term.`)
  await stage.append(b, {
    term,
    prevLogIndex: end.index,
    prevLogTerm: end.term,
    entries: [],
    leaderCommit: 0,
  })
  await ask(t, stage, {
    from: b,
    term: term - 1,
    last: end,
    granted: false,
    answers: term,
    why: `term ${term - 1} is over`,
    hint: 'does an append-entries with a greater term raise currentTerm, too?',
  })
  term += 1
  t.doing(`${a} sent n1 an appended of term ${term}.`)
  stage.send(a, { type: 'appended', term, success: false, matchIndex: 0 })
  // On the same connection, so it comes after it.
  await ask(t, stage, {
    from: a,
    term: term - 1,
    last: end,
    granted: false,
    answers: term,
    why: `n1 has seen term ${term}`,
    hint: 'answers can have a greater term as well: look at the term of every message first',
  })

  const follower = stage.told.find(({ event }) => event === 'follower')
  if (follower)
    stage.fail({
      expected: 'no event follower: n1 has never led.',
      got: `the event follower with term ${follower.term}.`,
      hint: 'a greater term makes any node a follower, but the event says that a leader leads no more',
    })
}
