/** Elections: nobody leads without the votes of a majority, in the term that they were given in. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { watchLateness } from '../../../check/kit/lateness.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import type { Of } from './messages.ts'
import { slower } from './pace.ts'
import { ME, openStage, type Said, type Stage } from './stage.ts'

const TIMERS = { electionMs: 40, heartbeatMs: 15 }
/** Elections without an answer that are watched. */
const ROUNDS = 14
/** So many of the time-outs in between may seem too long, and as many too short. */
const LATE = 2
/** A vote may come too late on a busy machine, when the next election has begun: then it is tried again. */
const TRIES = 20
/** The times of two leads after one another, as multiples of TIMERS: the next where the machine was too late to tell one timer from two. */
const LONGER = [1, 4, 16]

const isRequest = (one: Said): one is Said & { message: Of<'request-vote'> } =>
  one.message.type === 'request-vote'

export async function elects(t: CheckContext): Promise<void> {
  t.doing('The checker started n1 with three peers that say nothing.')
  const stage = await openStage(t, 4, TIMERS)
  const first = await campaigns(t, stage)
  await randomTimes(stage, first)
  await takesNothing(t, stage)

  t.doing('One of three peers voted for n1, three times, and another one refused.')
  const others = t.random.shuffle(stage.others)
  const [a, b, c] = others as [string, string, string]
  await wasted(
    t,
    stage,
    term => {
      for (let i = 0; i < 3; i++) stage.send(a, { type: 'vote', term, voteGranted: true })
      stage.send(b, { type: 'vote', term, voteGranted: false })
    },
    'do you count the nodes that voted for you, each of them once, and only if voteGranted is true?',
  )

  t.doing('Another one of three peers voted for n1, and the others sent their votes for the term before.')
  await wasted(
    t,
    stage,
    term => {
      // Another one than before: a vote that is kept from then, and this one, seem to be a majority.
      stage.send(b, { type: 'vote', term, voteGranted: true })
      for (const late of [a, c]) stage.send(late, { type: 'vote', term: term - 1, voteGranted: true })
    },
    'do you ignore votes of earlier terms, and begin each election with your own vote alone?',
  )

  t.doing('A leader of the same term sent n1 an append-entries, and then the other peers voted for n1.')
  await wasted(
    t,
    stage,
    async term => {
      // Answered, so it comes before the votes, which take other connections.
      await stage.append(c, { term, prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0 })
      for (const late of [a, b]) stage.send(late, { type: 'vote', term, voteGranted: true })
    },
    'is a candidate a follower again when an append-entries of its own term comes?',
  )

  for (const longer of LONGER) {
    if (longer > 1) {
      t.doing('n1 was started again, with longer times.')
      await stage.kill()
      await stage.restart(slower(TIMERS, longer))
    }
    const led = await wins(t, stage, [a, b])
    await stepsDown(t, stage, led, c)
    const lateness = watchLateness(() => stage.program.signOfLife())
    const again = await wins(t, stage, [a, b])
    lateness.stop()
    await isOutvoted(t, stage, again, c)
    // Two timers that both come late by a whole period send no more than one that is never late.
    if (lateness.typical() < stage.timers.heartbeatMs / 2) break
  }
}

/** A candidate does not lead, so it takes no command. */
async function takesNothing(t: CheckContext, stage: Stage): Promise<void> {
  t.doing('n1, for which nobody has voted, was given a command.')
  const asked = t.ask(
    exercise.ops.submit,
    { command: `write ${t.random.int(1, 999)}` },
    { program: stage.program, ms: NEVER_MS },
  )
  const answered = await happens(asked, { ms: 300, signOfLife: () => stage.program.signOfLife() })
  const { result, error } = answered ? await asked : {}
  if (error !== undefined) return
  asked.catch(() => {})
  stage.fail({
    expected: 'an error at once: only a leader takes a command.',
    got: answered ? JSON.stringify(result) : 'no answer.',
    hint: 'does submit refuse whenever this node does not lead, also while it is a candidate?',
  })
}

/** Elections follow one another while nobody answers. Returns the requests that one peer got, one per term. */
async function campaigns(t: CheckContext, stage: Stage) {
  const of = (peer: string) => stage.said.filter(isRequest).filter(({ to }) => to === peer)
  await stage.next('request-vote', () => true, {
    expected: `an election of n1 within ${2 * stage.timers.electionMs} ms, because there is no leader.`,
    hint: 'do you start the election timer at once, and begin an election when it ends?',
    ms: 400 * stage.slow,
  })
  await stage.until(() => stage.others.every(peer => of(peer).length >= ROUNDS), {
    expected: `that n1 begins ${ROUNDS} elections, one after another, and asks each of its peers for a vote each time.`,
    hint: 'do you begin an election when the election timer ends, start it again then, and send request-vote to every peer?',
    ms: ROUNDS * stage.timers.electionMs * 4,
  })
  for (const peer of stage.others) {
    const requests = of(peer)
    requests.forEach(({ message }, i) => {
      const { term, candidateId, lastLogIndex, lastLogTerm } = message
      if (candidateId !== ME || lastLogIndex !== 0 || lastLogTerm !== 0)
        stage.fail({
          expected: 'candidateId "n1", and lastLogIndex and lastLogTerm 0, because the log is empty.',
          got: `candidateId ${JSON.stringify(candidateId)}, lastLogIndex ${lastLogIndex} and lastLogTerm ${lastLogTerm}.`,
          hint: 'candidateId is the id that start was given. An empty log ends at index 0, in term 0',
        })
      const before = requests[i - 1]?.message.term
      if (before !== undefined && term !== before + 1)
        stage.fail({
          expected: `that the election after that of term ${before} has term ${before + 1}, and that each peer is asked once per term.`,
          got: `a request-vote with term ${term}.`,
          hint: 'does each candidate add 1 to its currentTerm, once?',
        })
    })
  }
  nobodyLeads(stage, 'nobody has voted for n1', 'do you become leader only when the votes are there?')
  return of(t.random.pick(stage.others))
}

async function randomTimes(stage: Stage, requests: readonly Said[]): Promise<void> {
  const last = requests.at(-1)!
  const term = last.message.term
  const took = last.at - stage.startedAt
  const { electionMs } = stage.timers
  // Each election begins when a time-out has ended: n of them need n times electionMs, however busy the machine is.
  if (took < term * (electionMs - 2))
    stage.fail({
      expected: `at least ${electionMs} ms before each election, so ${term * electionMs} ms before that of term ${term}.`,
      got: `the request-vote of term ${term} after ${Math.round(took)} ms.`,
      hint: 'does the time-out lie between electionMs and twice that?',
    })
  // One that was late is a long gap and a short one. Of 13 random ones, 9 lie so close together once in 500,000 times.
  const gaps = requests
    .slice(1, ROUNDS)
    .map((one, i) => one.at - requests[i]!.at)
    .sort((a, b) => a - b)
    .slice(LATE, -LATE)
  const spread = gaps.at(-1)! - gaps[0]!
  if (spread < electionMs * 0.08)
    stage.fail({
      expected: `random time-outs, anywhere between ${electionMs} and ${2 * electionMs} ms.`,
      got: `${gaps.length} that were all equal but for ${spread.toFixed(1)} ms.`,
      hint: 'do you draw a new random time each time that you start the election timer? With equal ones, nodes become candidates together and split the votes',
    })
}

const nobodyLeads = (stage: Stage, because: string, hint: string) => {
  const leader = stage.told.find(({ event }) => event === 'leader')
  const sent = stage.said.find(({ message }) => message.type === 'append-entries')
  if (!leader && !sent) return
  stage.fail({
    expected: `that n1 does not lead: ${because}.`,
    got: leader ? `the event leader with term ${leader.term}.` : `an append-entries of n1 to ${sent!.to}.`,
    hint,
  })
}

/** In some election, `vote` sends votes that are not enough, in time. The next election must follow. */
async function wasted(
  t: CheckContext,
  stage: Stage,
  vote: (term: number) => void | Promise<void>,
  hint: string,
): Promise<void> {
  for (let i = 0; i < TRIES; i++) {
    const from = stage.said.length
    const { message } = await stage.next('request-vote', () => true, {
      from,
      expected: 'one more election.',
      hint: 'does a candidate without a majority begin the next election when its timer ends?',
    })
    const { term } = message
    await vote(term)
    await stage.settle()
    nobodyLeads(stage, `no majority has voted for it in term ${term}`, hint)
    // The votes were there before the next election began, unless the machine is very busy.
    const late = stage.said.slice(from).some(one => isRequest(one) && one.message.term > term)
    if (late) continue
    await stage.next('request-vote', ({ term: next }) => next > term, {
      expected: `the next election after that of term ${term}, because nobody won it.`,
      hint,
    })
    return nobodyLeads(stage, `no majority has voted for it in term ${term}`, hint)
  }
  t.inconclusive(
    `this machine is so busy that ${TRIES} elections of ${stage.timers.electionMs} ms passed before the checker could vote.`,
  )
}

/** These two vote for n1 until it leads, and it does what a leader does. Resolves to its term. */
async function wins(t: CheckContext, stage: Stage, voters: readonly [string, string]): Promise<number> {
  t.doing('Two of three peers voted for n1.')
  const had = { said: stage.said.length, told: stage.told.length }
  /** When the first vote of each term was sent: those of an earlier one may have come too late. */
  const voted = new Map<number, number>()
  const stop = stage.react(one => {
    if (!isRequest(one) || !voters.includes(one.to)) return
    const { term } = one.message
    if (!voted.has(term)) voted.set(term, performance.now())
    stage.send(one.to, { type: 'vote', term, voteGranted: true })
  })
  const led = () => stage.told.slice(had.told).find(({ event }) => event === 'leader')
  await stage.until(() => led() !== undefined, {
    expected: "n1's event leader.",
    hint: `with its own vote, that is three of four nodes, a majority: do you call ${"emit('leader', …)"} then?`,
    ms: 3_000,
  })
  stop()
  const { term } = led()!
  const since = voted.get(term)
  if (since === undefined)
    stage.fail({
      expected: 'that the event leader has the term of the election.',
      got: `term ${term}, in which n1 asked neither of the two for a vote.`,
      hint: 'is term in the event the currentTerm of the leader?',
    })
  await announces(t, stage, term, { since, from: had.said })
  return term
}

/** A leader tells everyone at once, goes on doing so, and begins no more elections. */
async function announces(
  t: CheckContext,
  stage: Stage,
  term: number,
  { since, from }: { since: number; from: number },
): Promise<void> {
  t.doing(
    `n1 won the election of term ${term}. Its peers answered each append-entries with success, and one more vote came late.`,
  )
  for (const late of stage.others) stage.send(late, { type: 'vote', term, voteGranted: true })
  const stop = stage.react(({ to, message }) => {
    if (message.type === 'append-entries')
      stage.send(to, { type: 'appended', term, success: true, matchIndex: 0 })
  })
  // The second time, so many that twice as many stand out on a busy machine, too.
  const longer = stage.told.filter(({ event }) => event === 'leader').some(one => one.term < term) ? 6 : 2.5
  const beats = Math.ceil((longer * stage.timers.electionMs) / stage.timers.heartbeatMs)
  const of = (peer: string) =>
    stage.said.slice(from).filter(({ to, message }) => to === peer && message.type === 'append-entries')
  const campaigned = () => stage.said.find(one => isRequest(one) && one.message.term > term)
  await stage.until(
    () => campaigned() !== undefined || stage.others.every(peer => of(peer).length >= beats),
    {
      expected: 'append-entries to every peer at once, and then every heartbeatMs.',
      hint: 'does a leader send heartbeats to everyone, again and again, whether they answer or not?',
      ms: 3_000 * stage.slow,
    },
  )
  stop()
  const campaign = campaigned()
  if (campaign)
    stage.fail({
      expected: 'that a leader begins no election.',
      got: `a request-vote of n1 in term ${campaign.message.term}.`,
      hint: 'does the election timer still run while this node leads?',
    })
  const leaders = stage.told.filter(one => one.event === 'leader' && one.term === term)
  if (leaders.length > 1)
    stage.fail({
      expected: 'the event leader once per term.',
      got: `${count(leaders.length, 'event')}.`,
      hint: 'do votes that come after the majority make you leader again?',
    })
  // It can have become leader no earlier than the first vote was sent.
  const most = (performance.now() - since) / stage.timers.heartbeatMs + 2
  for (const peer of stage.others)
    if (of(peer).length > most)
      stage.fail({
        expected: `one append-entries to each peer every ${stage.timers.heartbeatMs} ms, while no command comes: not more than ${Math.floor(most)} by now.`,
        got: `${of(peer).length} to ${peer}.`,
        hint: 'does each answer cause the next message? Does one timer start two? Does that of an earlier lead still run?',
      })
  for (const peer of stage.others)
    for (const { message } of of(peer)) {
      const beat = message as Of<'append-entries'>
      const { leaderId, prevLogIndex, prevLogTerm, entries, leaderCommit } = beat
      if (
        beat.term === term &&
        leaderId === ME &&
        prevLogIndex + prevLogTerm + leaderCommit === 0 &&
        entries.length === 0
      )
        continue
      stage.fail({
        expected: `append-entries with term ${term}, leaderId "n1", prevLogIndex, prevLogTerm and leaderCommit 0, and no entries.`,
        got: JSON.stringify(beat),
        hint: 'nextIndex begins at the last index plus 1, which is 1 here. A leader adds no entry of its own',
      })
    }
}

async function stepsDown(t: CheckContext, stage: Stage, term: number, by: string): Promise<void> {
  const next = term + t.random.int(2, 9)
  t.doing(`${by} sent n1, which leads term ${term}, an append-entries of term ${next}.`)
  const answer = await stage.append(by, {
    term: next,
    prevLogIndex: 0,
    prevLogTerm: 0,
    entries: [],
    leaderCommit: 0,
  })
  await stage.settle()
  const stepped = stage.told.find(({ event }) => event === 'follower')
  if (!answer.success || answer.term < next || stepped?.term !== next)
    stage.fail({
      expected: `an appended with success and term ${next}, and the event follower with term ${next}.`,
      got: `${JSON.stringify(answer)}, and ${stepped ? `the event follower with term ${stepped.term}` : 'no event follower'}.`,
      hint: 'does any message with a greater term make a leader a follower, in that term?',
    })
  const from = stage.said.length
  await stage.next('request-vote', () => true, {
    from,
    expected: `an election of n1 after its leader of term ${next} says nothing more.`,
    hint: 'does the election timer start again when a leader becomes a follower?',
  })
  const late = stage.said.slice(from).find(({ message }) => message.type === 'append-entries')
  if (late)
    stage.fail({
      expected: 'no more append-entries of n1 after it became a follower.',
      got: `an append-entries to ${late.to}, with term ${late.message.term}.`,
      hint: 'do the heartbeats end when this node leads no more?',
    })
}

/** As after an answer with a greater term: there is no other leader, so nothing but the own timer can bring the next election. */
async function isOutvoted(t: CheckContext, stage: Stage, term: number, by: string): Promise<void> {
  const next = term + t.random.int(2, 9)
  t.doing(
    `${by} answered n1, which leads term ${term}, with an appended of term ${next}. Then nobody said anything.`,
  )
  const from = stage.said.length
  const told = stage.told.length
  stage.send(by, { type: 'appended', term: next, success: false, matchIndex: 0 })
  await stage.until(() => stage.told.slice(told).some(one => one.event === 'follower' && one.term === next), {
    expected: `the event follower with term ${next}.`,
    hint: 'does any message with a greater term make a leader a follower, in that term?',
  })
  await stage.next('request-vote', message => message.term > next, {
    from,
    expected: `an election of n1 after that, in a term after ${next}.`,
    hint: 'does a leader that becomes a follower start its election timer, also when it knows no other leader?',
  })
}
