/** What a node stored before it answered is there after SIGKILL: its vote, its term and its log. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { makeLeader, QUICK } from './lead.ts'
import type { Entry } from './messages.ts'
import { STILL } from './pace.ts'
import { openStage, type Stage } from './stage.ts'
import exercise from '../exercise.ts'

const KILL = 'was killed as soon as'
/** For an election of which each step is saved to a slow disk, on a machine that is slow itself. The first one may be over before all are connected. */
const ELECTION_MS = 5_000

export async function remembers(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 3, STILL)
  const [a, b] = t.random.shuffle(stage.others) as [string, string]
  // What is saved after the answer is not there yet when the kill comes.
  const slowDisk = () => stage.slowDisk(t.random.int(40, 60))
  await slowDisk()
  let term = t.random.int(2, 30)
  const log: Entry[] = Array.from({ length: t.random.int(2, 4) }, () => ({
    term,
    command: `write ${t.random.int(1, 999)}`,
  }))
  const end = () => ({ lastLogIndex: log.length, lastLogTerm: log.at(-1)!.term })
  const again = async (timers = STILL) => {
    await stage.kill()
    await stage.restart(timers)
  }

  await stage.append(a, { term, prevLogIndex: 0, prevLogTerm: 0, entries: log, leaderCommit: log.length - 1 })
  // Instead of the last one, which is not committed: the log gets no longer.
  const agreed = log.slice(0, -1)
  const before = { prevLogIndex: agreed.length, prevLogTerm: term }
  term += t.random.int(1, 5)
  log.splice(agreed.length, 1, { term, command: `write ${t.random.int(1, 999)}` })
  await stage.append(b, { term, ...before, entries: log.slice(-1), leaderCommit: log.length })
  await again()
  t.doing(
    `n1 ${KILL} it had answered ${log.length} entries with success, and then one that replaced the last of them. It was started again, and no leader has said anything.`,
  )
  await stage.settle()
  const early = stage.told.find(({ event }) => event === 'committed')
  if (early)
    stage.fail({
      expected:
        'no event committed before a leader says what is committed: commitIndex is 0 after each start.',
      got: `committed with index ${early.index}.`,
      hint: 'commitIndex and lastApplied are not stored: the node learns again what is committed',
    })
  await holds(stage, b, term, log)

  term += t.random.int(1, 5)
  await slowDisk()
  await stage.requestVote(a, { term, ...end() })
  await again()
  t.doing(
    `n1 ${KILL} it had voted for ${a} in term ${term}. It was started again, and ${b} asked for its vote in the same term.`,
  )
  await refuses(stage, b, term, end(), `n1 has voted for ${a} in term ${term}`)
  const same = await stage.requestVote(a, { term, ...end() })
  if (!same.voteGranted)
    stage.fail({
      expected: `that n1 still votes for ${a} in term ${term}.`,
      got: JSON.stringify(same),
      hint: 'votedFor is the ID of the candidate: is it stored, and loaded again?',
    })
  await refuses(stage, b, term - 1, end(), `term ${term - 1} is over`)

  // A term in which it votes for nobody, because that log is behind.
  term += t.random.int(2, 5)
  await slowDisk()
  await stage.requestVote(b, { term, lastLogIndex: 0, lastLogTerm: 0 })
  await again(QUICK)
  await slowDisk()
  const { message } = await stage.next('request-vote', () => true, {
    expected: 'an election of n1.',
    hint: 'does the election timer run after a restart, too?',
    ms: ELECTION_MS,
  })
  const own = message.term
  await again()
  t.doing(
    `n1 ${KILL} it had asked for votes in term ${own}. It was started again, and ${b} asked for its vote in the same term.`,
  )
  if (own <= term)
    stage.fail({
      expected: `an election in a term after ${term}, which n1 has seen.`,
      got: `a request-vote with term ${own}.`,
      hint: 'is currentTerm stored whenever it changes, also for a message that gets a refusal, and loaded again?',
    })
  await refuses(stage, b, own, end(), `a candidate votes for itself, so n1's vote in term ${own} is taken`)

  await again(QUICK)
  term = await makeLeader(stage)
  await slowDisk()
  const command = `write ${t.random.int(1, 999)}`
  const asked = t.ask(exercise.ops.submit, { command }, { program: stage.program })
  asked.catch(() => {})
  await stage.next('append-entries', ({ entries }) => entries.at(-1)?.command === command, {
    expected: 'an append-entries with the command that the leader was given.',
    hint: 'does a leader append the command to its log, and send it to its peers?',
  })
  log.push({ term, command })
  await again()
  t.doing(
    `n1, the leader of term ${term}, ${KILL} it had sent a new entry to its peers, and was started again.`,
  )
  // A leader counts itself among those that have the entry.
  await holds(stage, a, term + 1, log)
}

async function refuses(
  stage: Stage,
  from: string,
  term: number,
  end: { lastLogIndex: number; lastLogTerm: number },
  why: string,
): Promise<void> {
  const vote = await stage.requestVote(from, { term, ...end })
  if (!vote.voteGranted && vote.term >= term) return
  stage.fail({
    expected: `that n1 refuses ${from}: ${why}.`,
    got: vote.voteGranted ? `a vote for ${from} in term ${term}.` : `a refusal with term ${vote.term}.`,
    hint: 'do you save currentTerm and votedFor before you send anything that depends on them?',
  })
}

/** The log agrees with this one to its end, and goes no further. */
async function holds(stage: Stage, leader: string, term: number, log: readonly Entry[]): Promise<void> {
  const last = { prevLogIndex: log.length, prevLogTerm: log.at(-1)!.term }
  const answer = await stage.append(leader, { term, ...last, entries: [], leaderCommit: log.length })
  await stage.settle()
  if (!answer.success)
    stage.fail({
      expected: `that n1 still has the entry at index ${log.length}, of term ${last.prevLogTerm}.`,
      got: JSON.stringify(answer),
      hint: 'do you save the log before you answer an append-entries with success, also when it got no longer, and before a leader sends an entry of its own?',
    })
  const applied = stage.told.filter(({ event }) => event === 'committed')
  const right =
    applied.length === log.length &&
    applied.every(
      ({ index, term: of, command }, i) =>
        index === i + 1 && of === log[i]!.term && command === log[i]!.command,
    )
  if (right) return
  stage.fail({
    expected: `the events committed of the indexes 1 to ${log.length}, because n1 begins with commitIndex 0 after each start.`,
    got:
      applied.length === 0
        ? 'none.'
        : applied.map(({ index, term: of, command }) => `${index} (term ${of}, ${command})`).join(', ') + '.',
    hint: 'the register is not stored: a node applies its log again from index 1, once it knows what is committed',
  })
}
