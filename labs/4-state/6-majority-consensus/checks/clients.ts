/** Clients: an answer means that their own command was applied. */
import type { Answer } from '../../../check/kit/ask.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { happens, NEVER_MS } from '../../../check/kit/patience.ts'
import { makeLeader, QUICK } from './lead.ts'
import { follow, type Follower } from './model.ts'
import { openStage, type Stage } from './stage.ts'

/** A program that runs, and has not answered for so long, does not answer. */
const ANSWER_MS = 1_000

export async function clients(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 3, { ...QUICK, heartbeatMs: NEVER_MS })
  const [a, b] = t.random.shuffle(stage.others) as [string, string]
  const submit = async (command: string): Promise<Answer<{ index: number; result: string }>> => {
    const asked = t.ask(exercise.ops.submit, { command }, { program: stage.program, ms: NEVER_MS })
    if (await happens(asked, { ms: ANSWER_MS, signOfLife: () => stage.program.signOfLife() })) return asked
    asked.catch(() => {})
    return stage.fail({
      expected: `an answer to "${command}": when it is applied, or when n1 leads no more.`,
      got: 'none.',
      hint: 'does a leader answer each client that waits: when the entry is applied, and with an error when it steps down?',
    })
  }

  const term = await makeLeader(stage)
  t.doing(`n1 won the election of term ${term}. Its heartbeatMs is ${stage.timers.heartbeatMs}.`)
  for (const peer of stage.others)
    await stage.next('append-entries', (_, to) => to === peer, {
      expected: `an append-entries to ${peer} at once, because n1 leads now.`,
      hint: 'does a new leader send its first append-entries at once, not only when heartbeatMs has passed?',
    })
  const follower: Follower = { term, log: [], commitIndex: 0 }
  let follows = true
  stage.react(({ to, message }) => {
    if (message.type === 'append-entries' && to === a && follows) stage.send(a, follow(follower, message))
  })
  const [x, y] = [t.random.int(1, 99), t.random.int(100, 999)]
  const commands: readonly (readonly [string, string])[] = [
    ['read', '0'],
    [`write ${x}`, 'ok'],
    [`cas ${y} 5`, 'no'],
    [`cas ${x} ${y}`, 'ok'],
    ['read', String(y)],
  ]
  t.doing(
    `n1 leads, and ${a} follows. n1 was given ${commands.length} commands at once: ${commands.map(([command]) => `"${command}"`).join(', ')}.`,
  )
  const answers = await Promise.all(commands.map(([command]) => submit(command)))
  answers.forEach(({ result, error }, i) => {
    const [command, wanted] = commands[i]!
    if (result?.result === wanted && result.index === i + 1) return
    stage.fail({
      expected: `the answer to "${command}": index ${i + 1} and result "${wanted}".`,
      got: error === undefined ? JSON.stringify(result) : `the error ${error}.`,
      hint: 'each command, also a read, is an entry of the log, and its answer is what the register says when that entry is applied',
    })
  })

  await stage.settle()
  const sent = () => stage.said.filter(({ message }) => message.type === 'append-entries').length
  const before = sent()
  for (let i = 0; i < 4; i++) await stage.settle()
  if (sent() > before)
    stage.fail({
      expected: `no more append-entries: all is stored and answered, no command comes, and heartbeatMs has not passed.`,
      got: `${sent() - before} more.`,
      hint: 'does each answer cause the next message? Send on a submit, when a peer refuses, and every heartbeatMs',
    })

  follows = false
  const lost = `write ${t.random.int(1_000, 9_999)}`
  const index = commands.length + 1
  const next = term + t.random.int(1, 9)
  const other = { term: next, command: `write ${t.random.int(1_000, 9_999)}` }
  t.doing(
    `n1, the leader of term ${term}, was given "${lost}" for index ${index}, and nobody stored it. Then ${b}, the leader of term ${next}, put "${other.command}" at index ${index}, and committed it.`,
  )
  const waiting = t.ask(exercise.ops.submit, { command: lost }, { program: stage.program, ms: NEVER_MS })
  waiting.catch(() => {})
  await stage.next('append-entries', ({ entries }) => entries.at(-1)?.command === lost, {
    expected: 'append-entries with the command.',
    hint: 'do you send a new entry to your peers?',
  })
  await stage.append(b, {
    term: next,
    prevLogIndex: index - 1,
    prevLogTerm: term,
    entries: [other],
    leaderCommit: index,
  })
  await stage.settle()
  const answered = await happens(waiting, { ms: ANSWER_MS, signOfLife: () => stage.program.signOfLife() })
  const { result, error } = answered ? await waiting : {}
  if (error === undefined)
    stage.fail({
      expected: `an error for the client of "${lost}".`,
      got: answered ? JSON.stringify(result) : 'no answer.',
      hint: 'a leader that steps down answers the clients that wait with an error: what is applied at their index may be the command of somebody else',
    })
  await refuses(t, stage, { leader: b, submit: () => submit(`write ${x}`), length: index, first: next })
  await triesAgain(t, stage, b)
}

/** Until n1 has begun no election in between, and so knows its leader. */
const TRIES = 20

/** The follower says who leads, and neither appends the command nor passes it on. */
async function refuses(
  t: CheckContext,
  stage: Stage,
  {
    leader,
    submit,
    length,
    first,
  }: { leader: string; submit: () => Promise<Answer<object>>; length: number; first: number },
): Promise<void> {
  const beat = { prevLogIndex: length, prevLogTerm: first, entries: [], leaderCommit: 0 }
  let term = first
  for (let i = 0; i < TRIES; i++) {
    t.doing(`${leader}, the leader of term ${term}, sent n1 a heartbeat. Then n1 was given a command.`)
    const from = stage.said.length
    const { success, term: greater } = await stage.append(leader, { ...beat, term })
    const { result, error } = await submit()
    await stage.settle()
    // One that begins an election knows no leader.
    const knows = success && !stage.said.slice(from).some(({ message }) => message.type === 'request-vote')
    if (error === undefined || (knows && !error.includes(leader)))
      stage.fail({
        expected: `an error that names the leader, ${leader}.`,
        got: error === undefined ? JSON.stringify(result) : `the error ${error}.`,
        hint: 'only a leader takes a command. append-entries says who that is, in leaderId',
      })
    if (knows) return
    term = Math.max(term, greater, ...stage.said.map(({ message }) => message.term)) + 1
  }
  t.inconclusive('this machine is so busy that n1 began an election each time before it was asked.')
}

/** heartbeatMs does not pass here, so a peer whose log is behind waits for what the leader does at once. */
async function triesAgain(t: CheckContext, stage: Stage, peer: string): Promise<void> {
  const before = stage.said.length
  const term = await makeLeader(stage)
  const { message } = await stage.next('append-entries', (one, to) => to === peer && one.term === term, {
    from: before,
    expected: `an append-entries to ${peer} at once, because n1 leads now.`,
    hint: 'does a new leader send its first append-entries at once, each time that it is elected?',
  })
  const { prevLogIndex } = message
  t.doing(
    `n1 won the election of term ${term}. ${peer} refused its append-entries with prevLogIndex ${prevLogIndex}.`,
  )
  const from = stage.said.length
  stage.send(peer, { type: 'appended', term, success: false, matchIndex: 0 })
  await stage.next('append-entries', (one, to) => to === peer && one.prevLogIndex < prevLogIndex, {
    from,
    expected: `an append-entries to ${peer} at once, with a smaller prevLogIndex than ${prevLogIndex}.`,
    hint: 'does a refusal cause the next append-entries, without waiting for heartbeatMs?',
  })
}
