/** Clients: an answer means that their own command was applied. */
import type { Answer } from '../../../check/kit/ask.ts'
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { makeLeader, QUICK } from './lead.ts'
import { follow, type Follower } from './model.ts'
import { openStage, type Stage } from './stage.ts'

export async function clients(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 3, QUICK)
  const [a, b] = t.random.shuffle(stage.others) as [string, string]
  const submit = (command: string) =>
    t.ask(exercise.ops.submit, { command }, { program: stage.program, ms: 4_000 })

  const term = await makeLeader(stage)
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

  follows = false
  const lost = `write ${t.random.int(1_000, 9_999)}`
  const index = commands.length + 1
  const next = term + t.random.int(1, 9)
  const other = { term: next, command: `write ${t.random.int(1_000, 9_999)}` }
  t.doing(
    `n1, the leader of term ${term}, was given "${lost}" for index ${index}, and nobody stored it. Then ${b}, the leader of term ${next}, put "${other.command}" at index ${index}, and committed it.`,
  )
  const waiting = submit(lost)
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
  const { result, error } = await waiting
  if (error === undefined)
    stage.fail({
      expected: `an error for the client of "${lost}".`,
      got: JSON.stringify(result),
      hint: 'a leader that steps down answers the clients that wait with an error: what is applied at their index may be the command of somebody else',
    })
  await refuses(t, stage, b, submit(`write ${x}`), next, index)
}

/** The follower says who leads, and neither appends the command nor passes it on. */
async function refuses(
  t: CheckContext,
  stage: Stage,
  leader: string,
  asked: Promise<Answer<{ index: number; result: string }>>,
  term: number,
  length: number,
): Promise<void> {
  t.doing(`n1, which follows ${leader}, was given a command.`)
  const { result, error } = await asked
  await stage.settle()
  // It may have begun an election meanwhile, and knows no leader then.
  const knows = !stage.said.some(({ message }) => message.type === 'request-vote' && message.term > term)
  if (error === undefined || (knows && !error.includes(leader)))
    stage.fail({
      expected: `an error that names the leader, ${leader}.`,
      got: error === undefined ? JSON.stringify(result) : `the error ${error}.`,
      hint: 'only a leader takes a command. append-entries says who that is, in leaderId',
    })
  const answer = await stage.append(leader, {
    term: term + 1_000,
    prevLogIndex: length + 1,
    prevLogTerm: term,
    entries: [],
    leaderCommit: 0,
  })
  if (answer.success)
    stage.fail({
      expected: `that the log of n1 ends at index ${length}, because its leader sent it no more.`,
      got: `an entry at index ${length + 1}.`,
      hint: 'a follower appends only what its leader sends',
    })
}
