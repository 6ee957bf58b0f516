/** The election timer: what restarts it, and what does not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Message } from './messages.ts'
import { openStage, type Stage } from './stage.ts'

const ELECTION_MS = 80
const TIMERS = { electionMs: ELECTION_MS, heartbeatMs: ELECTION_MS / 8 }
const EVERY_MS = ELECTION_MS / 8
/** A program whose timer runs has begun an election long before. */
const NEVER = 12
const LOG = [{ term: 1, command: 'write a' }]

export async function timer(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 3, TIMERS)
  const [a, b] = t.random.shuffle(stage.others) as [string, string]
  let term = t.random.int(100, 900)
  const request = { term: 0, prevLogIndex: 0, prevLogTerm: 0, entries: LOG, leaderCommit: 0 }

  /** Sends messages until an election begins. */
  const ignored = async (what: string, hint: string, message: (greatest: number) => Message) => {
    t.doing(`${b} sent n1 ${what}, every ${EVERY_MS} ms.`)
    const from = stage.said.length
    const greatest = () => stage.said.reduce((most, { message: { term: one } }) => Math.max(most, one), term)
    let over = false
    const sending = (async () => {
      for (; !over; await pause(EVERY_MS)) stage.send(b, message(greatest()))
    })()
    try {
      await stage.next('request-vote', () => true, {
        from,
        ms: NEVER * ELECTION_MS,
        expected: `an election of n1 within ${2 * ELECTION_MS} ms.`,
        hint,
      })
    } finally {
      over = true
      await sending
      term = greatest()
    }
  }

  await stage.append(a, { ...request, term })
  await ignored(
    'append-entries of an old term',
    'does a leader of a smaller term restart the timer? Only one of the current term may',
    () => ({ type: 'append-entries', leaderId: b, ...request, term: 1 }),
  )
  await ignored(
    'a request-vote that n1 has to refuse, because it has voted in that term',
    'does a vote that you refuse restart the timer? Only one that you grant may',
    greatest => ({
      type: 'request-vote',
      candidateId: b,
      term: greatest,
      lastLogIndex: 9,
      lastLogTerm: 1,
    }),
  )
  await ignored(
    'a request-vote with a greater term each time, and with an empty log',
    'does a greater term restart the timer? A node that cannot win would keep all others from trying',
    greatest => ({
      type: 'request-vote',
      candidateId: b,
      // More than n1 can have come to meanwhile.
      term: (term = Math.max(term, greatest) + 1),
      lastLogIndex: 0,
      lastLogTerm: 0,
    }),
  )
  await ignored('an appended of the current term', 'do answers restart the timer?', greatest => ({
    type: 'appended',
    term: greatest,
    success: true,
    matchIndex: 0,
  }))

  await restarted(
    t,
    stage,
    a,
    'heartbeats of the current leader, which n1 has to refuse',
    'do you restart the timer for every append-entries of the current term, also for those that do not fit your log?',
    term + 1,
    async (one, i) => {
      await stage.append(a, {
        ...request,
        entries: [],
        term: one,
        prevLogIndex: i % 2 === 0 ? 50 : 0,
        prevLogTerm: i % 2 === 0 ? one : 0,
      })
      return one
    },
  )
  await restarted(
    t,
    stage,
    a,
    'a request-vote with the next term, which n1 has to grant',
    'do you restart the timer when you grant a vote?',
    0,
    async one => {
      await stage.requestVote(a, { term: one + 1, lastLogIndex: 9, lastLogTerm: one })
      return one + 1
    },
  )
}

/** Each message restarts the timer, so there is no election while they come in time. */
async function restarted(
  t: CheckContext,
  stage: Stage,
  by: string,
  what: string,
  hint: string,
  first: number,
  send: (term: number, i: number) => Promise<number>,
): Promise<void> {
  const TRIES = 6
  for (let round = 0; round < TRIES; round++) {
    const greatest = () => stage.said.reduce((most, { message }) => Math.max(most, message.term), first)
    t.doing(`${by} sent n1 ${what}, every ${EVERY_MS} ms.`)
    await send(greatest() + 1, 1)
    await stage.settle()
    const began = performance.now()
    let term = await send(greatest() + 1, 1)
    let before = began
    let late = false
    for (let i = 0; performance.now() - began < 2.2 * ELECTION_MS; i++) {
      const sent = performance.now()
      term = await send(term, i)
      // n1 has restarted its timer between these two moments, and last time not before `before`.
      late ||= performance.now() - before >= ELECTION_MS
      before = sent
      await pause(EVERY_MS)
    }
    await stage.settle()
    late ||= performance.now() - before >= ELECTION_MS
    const election = stage.said.find(({ message }) => message.type === 'request-vote' && message.term > term)
    if (!election) return
    if (!late)
      stage.fail({
        expected: 'no election, because each of these messages restarts the timer.',
        got: `a request-vote of n1 with term ${election.message.term}.`,
        hint,
      })
  }
  t.inconclusive(
    `this machine is so busy that there were never ${2 * ELECTION_MS} ms in which messages came in time.`,
  )
}
