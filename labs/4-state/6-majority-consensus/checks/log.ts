/** The log of a follower: equal to the leader's as far as it was compared, and committed no further than that. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Random } from '../../../check/kit/random.ts'
import type { Entry, Of } from './messages.ts'
import { follow, termAt, type Follower } from './model.ts'
import { STILL } from './pace.ts'
import { openStage, type Stage } from './stage.ts'

/** Random messages after those that are known to be hard. */
const MESSAGES = 60

type Request = Omit<Of<'append-entries'>, 'type' | 'leaderId'>

export async function log(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 3, STILL)
  const [a, b] = t.random.shuffle(stage.others) as [string, string]
  const model: Follower = { term: 0, log: [], commitIndex: 0 }
  const entry = (term: number): Entry => ({ term, command: `write ${t.random.int(1, 9_999)}` })

  const send = async (from: string, request: Request, hint: string) => {
    const { log: had } = structuredClone(model)
    const wanted = follow(model, { type: 'append-entries', leaderId: from, ...request })
    t.doing(`${from} sent n1, whose log has ${shown(had)}, an append-entries.`)
    const got = await stage.append(from, request)
    const right =
      got.success === wanted.success &&
      got.term === wanted.term &&
      (!wanted.success || got.matchIndex === wanted.matchIndex)
    if (!right)
      stage.fail({
        expected: `an appended with ${wanted.success ? `success true, matchIndex ${wanted.matchIndex}` : 'success false'} and term ${wanted.term}.`,
        got: `success ${got.success}, matchIndex ${got.matchIndex} and term ${got.term}.`,
        hint,
      })
    await stage.settle()
    committedAs(stage, model, hint)
  }

  const base = t.random.int(2, 20)
  const [e1, e2, e3, e4] = [entry(base - 1), entry(base - 1), entry(base), entry(base)]
  const at = { term: base, leaderCommit: 0 }
  await send(
    a,
    { ...at, prevLogIndex: 2, prevLogTerm: base, entries: [e4] },
    'refuse when there is no entry at prevLogIndex: the entries in between are missing',
  )
  await send(
    a,
    { ...at, prevLogIndex: 0, prevLogTerm: 0, entries: [e1, e2, e3, e4] },
    'prevLogIndex 0 always agrees. matchIndex is prevLogIndex plus the number of entries',
  )
  await send(
    a,
    { ...at, prevLogIndex: 3, prevLogTerm: base - 1, entries: [entry(base)] },
    'refuse when your entry at prevLogIndex has another term than prevLogTerm',
  )
  await send(
    a,
    { ...at, prevLogIndex: 0, prevLogTerm: 0, entries: [e1] },
    'matchIndex is the last index that this message covers, not the end of your log',
  )
  await send(
    a,
    { ...at, prevLogIndex: 4, prevLogTerm: base, entries: [] },
    'a message that came late held entries that you have already: do you cut the log only where an entry differs?',
  )
  await send(
    a,
    { ...at, leaderCommit: 1, prevLogIndex: 1, prevLogTerm: base - 1, entries: [e2, e3] },
    'commit up to leaderCommit, and call emit for each entry as it is applied',
  )
  await send(
    b,
    {
      ...at,
      term: base - 1,
      leaderCommit: 4,
      prevLogIndex: 1,
      prevLogTerm: base - 1,
      entries: [entry(base - 1)],
    },
    'a leader of a smaller term is refused, and nothing of its message counts',
  )
  await send(
    a,
    { ...at, leaderCommit: 1, prevLogIndex: 4, prevLogTerm: base, entries: [] },
    'the message of a leader of a smaller term must not touch the log',
  )

  // Another leader, whose log differs from index 3 on. Of it, n1 first hears how far it has committed.
  const next = base + t.random.int(1, 5)
  const [f3, f4] = [entry(next), entry(next)]
  const later = { term: next, leaderCommit: 4 }
  await send(
    b,
    { ...later, prevLogIndex: 2, prevLogTerm: base - 1, entries: [] },
    `this message agrees with n1 up to index 2 only. What comes after that in n1's log may be another leader's: commit up to the smaller of leaderCommit and the last index that the message covers`,
  )
  await send(
    b,
    { ...later, prevLogIndex: 3, prevLogTerm: next, entries: [f4] },
    'refuse when your entry at prevLogIndex has another term than prevLogTerm',
  )
  await send(
    b,
    { ...later, leaderCommit: 2, prevLogIndex: 2, prevLogTerm: base - 1, entries: [f3] },
    'an entry with another term than yours replaces it',
  )
  await send(
    b,
    { ...later, leaderCommit: 2, prevLogIndex: 4, prevLogTerm: base, entries: [] },
    'where an entry differs, it goes, and so do all that follow it',
  )
  await send(
    b,
    { ...later, prevLogIndex: 3, prevLogTerm: next, entries: [f4] },
    'the entries are those of the newer leader now',
  )
  await send(
    b,
    { ...later, leaderCommit: 1, prevLogIndex: 4, prevLogTerm: next, entries: [] },
    'commitIndex never goes back, and no entry is applied twice',
  )

  const [f5, f6] = [entry(next), entry(next)]
  await send(
    b,
    { ...later, prevLogIndex: 4, prevLogTerm: next, entries: [f5, f6] },
    'matchIndex is prevLogIndex plus the number of entries',
  )
  const third = next + t.random.int(1, 5)
  await send(
    a,
    // The same command in another term: another entry.
    { ...later, term: third, prevLogIndex: 4, prevLogTerm: next, entries: [f5, { ...f6, term: third }] },
    'matchIndex is prevLogIndex plus the number of entries',
  )
  await send(
    a,
    { ...later, term: third, prevLogIndex: 6, prevLogTerm: third, entries: [] },
    'the first new entry agreed, and the next one had another term: do you compare the term of each new entry with yours?',
  )

  await storm(t.random.split('storm'), model, [a, b], third, (from, request) =>
    send(from, request, 'compare what n1 did with the rules under "Append"'),
  )
}

/** Leaders of one term after the other, whose messages come in any order, some of them late. */
async function storm(
  random: Random,
  model: Follower,
  peers: readonly string[],
  from: number,
  send: (from: string, request: Request) => Promise<void>,
): Promise<void> {
  let term = from
  let leader: Entry[] = structuredClone(model.log)
  let committed = model.commitIndex
  let peer = random.pick(peers)
  for (let i = 0; i < MESSAGES; i++) {
    const isNew = random.int(0, 7) === 0
    if (isNew) {
      // Its log has all that is committed, and then perhaps an entry of the term before. Nobody here leads in that one: an index and a term
      // must never name two entries.
      term += random.int(2, 4)
      peer = random.pick(peers)
      leader = leader.slice(0, random.int(committed, leader.length))
      if (random.int(0, 1) === 0) leader.push({ term: term - 1, command: `write ${random.int(1, 9_999)}` })
    }
    if (random.int(0, 2) > 0) leader.push({ term, command: `write ${random.int(1, 9_999)}` })
    if (leader.length > 0 && leader.at(-1)!.term === term && random.int(0, 3) === 0)
      committed = random.int(committed, leader.length)
    const prevLogIndex = random.int(Math.max(0, committed - 2), leader.length)
    const end = random.int(prevLogIndex, leader.length)
    await send(peer, {
      term: !isNew && random.int(0, 9) === 0 ? term - 1 : term,
      prevLogIndex,
      prevLogTerm: termAt(leader, prevLogIndex),
      entries: leader.slice(prevLogIndex, end),
      leaderCommit: random.int(0, 1) === 0 ? committed : Math.min(committed, end),
    })
  }
}

function committedAs(stage: Stage, { log: entries, commitIndex }: Follower, hint: string): void {
  const applied = stage.told.filter(({ event }) => event === 'committed')
  const wrong = applied.findIndex(
    ({ index, term, command }, i) =>
      i >= commitIndex || index !== i + 1 || term !== entries[i]!.term || command !== entries[i]!.command,
  )
  if (wrong < 0 && applied.length === commitIndex) return
  const got = applied[wrong]
  const want = entries[wrong < 0 ? applied.length : wrong]!
  stage.fail({
    expected:
      wrong >= commitIndex
        ? `that n1 commits up to index ${commitIndex}, and nothing after it.`
        : `the event committed with index ${wrong < 0 ? applied.length + 1 : wrong + 1}, term ${want.term} and the command "${want.command}".`,
    got: got
      ? `committed with index ${got.index}, term ${got.term} and the command "${got.command}".`
      : `${applied.length} events committed, and no more.`,
    hint,
  })
}

const shown = (entries: readonly Entry[]): string =>
  entries.length === 0
    ? 'no entries'
    : `entries of the terms ${entries
        .slice(-12)
        .map(({ term }) => term)
        .join(', ')}${entries.length > 12 ? ' at its end' : ''}`
