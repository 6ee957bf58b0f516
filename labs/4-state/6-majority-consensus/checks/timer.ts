/** The election timer: what restarts it, and what does not. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import type { Of } from './messages.ts'
import { openStage, type Stage } from './stage.ts'

const TIMERS = { electionMs: 70, heartbeatMs: 10 }
/** Messages within electionMs. */
const OFTEN = 8
/** In electionMs: a timer that runs has ended long before. */
const ENDED = 6
const LOG = [{ term: 1, command: 'write a' }]
const FIRST = { prevLogIndex: 0, prevLogTerm: 0, leaderCommit: 0 }

/** Sends n1 a message in or after this term, and resolves to the term of its answer. */
type Send = (from: string, term: number) => Promise<number>
interface Phase {
  what: string
  /** An election must come in spite of these messages, or must not come because of them. */
  restarts: boolean
  hint: string
  send(stage: Stage): Send
}

const append = (stage: Stage, from: string, more: Partial<Of<'append-entries'>> & { term: number }) =>
  stage.append(from, { ...FIRST, entries: [], ...more }).then(({ term }) => term)
const request = (stage: Stage, from: string, term: number, lastLogIndex: number, lastLogTerm: number) =>
  stage.requestVote(from, { term, lastLogIndex, lastLogTerm }).then(vote => vote.term)

const PHASES: readonly Phase[] = [
  {
    what: 'append-entries of an old term',
    restarts: false,
    hint: 'does a leader of a smaller term restart the timer? Only one of the current term may',
    send: stage => from => append(stage, from, { term: 1, entries: LOG }),
  },
  {
    what: 'a request-vote that n1 has to refuse, because its log is longer, in the same term',
    restarts: false,
    hint: 'does a vote that you refuse restart the timer? Only one that you grant may',
    send: stage => (from, term) => request(stage, from, term, 0, 0),
  },
  {
    what: 'a request-vote with a greater term each time, and with an empty log',
    restarts: false,
    hint: 'does a greater term restart the timer? A node that cannot win would keep all others from trying',
    send: stage => (from, term) => request(stage, from, term + 1, 0, 0),
  },
  {
    what: 'an appended of the current term, and an old request-vote',
    restarts: false,
    hint: 'do answers restart the timer?',
    send: stage => (from, term) => {
      stage.send(from, { type: 'appended', term, success: true, matchIndex: 0 })
      return request(stage, from, 1, 0, 0)
    },
  },
  {
    what: 'heartbeats of the current leader',
    restarts: true,
    hint: 'do you restart the timer for every append-entries of the current term?',
    send: stage => (from, term) => append(stage, from, { term }),
  },
  {
    what: 'heartbeats of the current leader, which n1 has to refuse',
    restarts: true,
    hint: 'do you restart the timer for every append-entries of the current term, also for those that do not fit your log?',
    send: stage => (from, term) => append(stage, from, { term, prevLogIndex: 50, prevLogTerm: term }),
  },
  {
    what: 'a request-vote with the next term each time, which n1 has to grant',
    restarts: true,
    hint: 'do you restart the timer when you grant a vote?',
    send: stage => (from, term) => request(stage, from, term + 1, 9, term),
  },
]

/** The machine may stand still for longer than a time-out: then it is tried again, with a longer one. */
const TRIES = 4

export async function timer(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 3, TIMERS)
  let timers = TIMERS
  await append(stage, stage.others[0]!, { term: t.random.int(100, 900), entries: LOG })
  for (const phase of PHASES) {
    for (let i = 0; !(await proven(t, stage, phase)); i++) {
      if (i === TRIES)
        t.inconclusive(
          'this machine is so busy that messages did not come in time, however long the time-outs were.',
        )
      timers = { electionMs: timers.electionMs * 2, heartbeatMs: timers.heartbeatMs * 2 }
      await stage.kill()
      await stage.restart(timers)
    }
  }
}

/** Whether the phase says something: messages were handled in time, one after the other. Fails when n1 does something else than it has to. */
async function proven(
  t: CheckContext,
  stage: Stage,
  { what, restarts, hint, send }: Phase,
): Promise<boolean> {
  const { electionMs } = stage.timers
  const everyMs = electionMs / OFTEN
  const greatest = () => Math.max(1, ...stage.said.map(({ message }) => message.term))
  const say = send(stage)
  const from = t.random.pick(stage.others)
  t.doing(`${from} sent n1, whose electionMs is ${electionMs}, ${what}, ${OFTEN} times within electionMs.`)
  // Twice, so that it is a follower then, and has handled all that came before.
  await say(from, greatest())
  await stage.settle()
  const began = performance.now()
  const before = greatest()
  // An election of n1 from now on has a greater term than this one.
  const term = await say(from, before)
  await stage.settle()
  // It began one just before, so the message was too late to restart anything.
  if (restarts && stage.said.some(({ message }) => message.type === 'request-vote' && message.term > before))
    return false
  let sent = began
  let late = false
  const election = () =>
    stage.said.find(({ message }) => message.type === 'request-vote' && message.term > term)
  const until = (restarts ? 2.3 : ENDED) * electionMs
  while (!election() && performance.now() - began < until) {
    await pause(everyMs)
    const now = performance.now()
    await say(from, greatest())
    // n1 has handled this one between these two moments, and the one before not before `sent`.
    late ||= performance.now() - sent >= electionMs
    sent = now
  }
  await stage.settle()
  late ||= performance.now() - sent >= electionMs
  const found = election()
  if (restarts && found && !late)
    stage.fail({
      expected: 'no election, because each of these messages restarts the timer.',
      got: `a request-vote of n1 with term ${found.message.term}.`,
      hint,
    })
  if (!restarts && !found)
    stage.fail({
      expected: `an election of n1 within ${2 * electionMs} ms, because none of these messages restarts the timer.`,
      got: `none within ${Math.round(performance.now() - began)} ms.`,
      hint,
    })
  return !late
}
