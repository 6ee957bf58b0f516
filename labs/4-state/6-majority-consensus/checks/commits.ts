/** The commit rule of leaders, with figure 8 played out message by message. */
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import { makeLeader, QUICK } from './lead.ts'
import type { Entry, Of } from './messages.ts'
import { follow, type Follower } from './model.ts'
import { openStage, type Stage } from './stage.ts'

export async function commits(t: CheckContext): Promise<void> {
  const stage = await openStage(t, 5, QUICK)
  const [a, b, c, d] = t.random.shuffle(stage.others) as [string, string, string, string]
  const old = t.random.int(100, 900)
  const write = () => `write ${t.random.int(1, 9_999)}`
  const entries: Entry[] = Array.from({ length: t.random.int(2, 4) }, () => ({ term: old, command: write() }))
  await stage.append(a, { term: old, prevLogIndex: 0, prevLogTerm: 0, entries, leaderCommit: 0 })
  t.doing(
    `${a}, the leader of term ${old}, sent n1 ${entries.length} entries, and said no more. n1 was elected, and ${b} and ${c}, whose logs were empty, took over these entries.`,
  )
  const followers = new Map(
    stage.others.map(id => [
      id,
      { term: old, log: id === a ? structuredClone(entries) : [], commitIndex: 0 } satisfies Follower,
    ]),
  )
  /** Those that answer the leader. */
  const answering = new Set<string>()
  const answer = (to: string, message: Of<'append-entries'>) =>
    stage.send(to, follow(followers.get(to)!, message))
  stage.react(({ to, message }) => {
    if (message.type === 'append-entries' && answering.has(to)) answer(to, message)
  })
  for (const id of [b, c]) answering.add(id)
  const term = await makeLeader(stage)
  const length = (id: string) => followers.get(id)!.log.length
  await stage.until(() => length(b) === entries.length && length(c) === entries.length, {
    expected: `append-entries that begin further back until ${b} and ${c} accept them, and hold the ${entries.length} entries that they lack.`,
    hint: 'do you lower nextIndex when a peer refuses, and send the entries from there on?',
  })
  await unchanged(stage, 0, {
    expected: `that n1 commits nothing: a majority stores the entries of term ${old}, but n1 leads term ${term}.`,
    hint: 'in figure 8, a leader with a greater last term can still replace such entries. Only entries of your own term are committed by counting',
  })

  answering.clear()
  const own = entries.length + 1
  const command = write()
  t.doing(
    `n1, the leader of term ${term} in a cluster of five, was given the command "${command}". ${a} stored it, and said so three times. Late answers came as well.`,
  )
  const submitted = t.ask(exercise.ops.submit, { command }, { program: stage.program })
  let answered = false
  submitted.then(
    () => (answered = true),
    () => {},
  )
  const { message } = await stage.next(
    'append-entries',
    request => request.entries.at(-1)?.command === command,
    {
      expected: 'append-entries with the command.',
      hint: 'do you send a new entry to your peers?',
    },
  )
  if (message.entries.at(-1)!.term !== term)
    stage.fail({
      expected: `that the entry has the term ${term} of its leader.`,
      got: `an entry of term ${message.entries.at(-1)!.term}.`,
      hint: 'a new entry has the currentTerm of the leader that appends it',
    })
  for (let i = 0; i < 3; i++) stage.send(a, { type: 'appended', term, success: true, matchIndex: own })
  const ALONE = {
    expected: `that n1 does not commit index ${own}: only n1 and ${a} store it.`,
    hint: 'do you count the peers whose matchIndex is great enough, each of them once, and yourself, and commit with more than half of all nodes?',
  }
  await unchanged(stage, 0, ALONE)
  stage.send(b, { type: 'appended', term, success: false, matchIndex: own })
  await unchanged(stage, 0, { ...ALONE, hint: 'matchIndex counts only if success is true' })
  for (const late of [c, d]) stage.send(late, { type: 'appended', term: old, success: true, matchIndex: own })
  await unchanged(stage, 0, {
    ...ALONE,
    hint: 'an appended of an earlier term answers a leader of the past: ignore it',
  })
  if (answered)
    stage.fail({
      expected: 'that the submit waits until its command is committed.',
      got: 'an answer.',
      hint: 'do you answer when the entry is applied, and not when it is appended?',
    })

  t.doing(`A second peer stored the command "${command}", so three of five had it.`)
  answering.add(d)
  const all = [...entries, { term, command }]
  await stage.until(() => applied(stage).length >= own, {
    expected: `that n1 commits index ${own}, and all before it.`,
    hint: 'with the leader, three of five nodes store an entry of the current term: do you count the leader itself? Do you apply all entries up to there?',
    ms: 2_000,
  })
  await unchanged(stage, own, {
    expected: `the events committed for the indexes 1 to ${own}, each once and in order.`,
    hint: 'apply the entries from lastApplied + 1 up to commitIndex, one after the other',
  })
  const wrong = applied(stage).findIndex(
    ({ index, term: of, command: said }, i) =>
      index !== i + 1 || of !== all[i]!.term || said !== all[i]!.command,
  )
  if (wrong >= 0)
    stage.fail({
      expected: `committed with index ${wrong + 1}, term ${all[wrong]!.term} and "${all[wrong]!.command}".`,
      got: JSON.stringify(applied(stage)[wrong]),
      hint: 'apply the entries in order. An entry keeps the term in which it was appended',
    })
  answering.clear()
  const { result, error } = await submitted
  if (result?.index !== own || result.result !== 'ok')
    stage.fail({
      expected: `that the submit is answered with index ${own} and result "ok".`,
      got: error === undefined ? JSON.stringify(result) : `the error ${error}.`,
      hint: 'do you answer the client when its entry is applied?',
    })
  await counts(t, stage, [a, b, d], { term, own })
}

/** Peers at different places, and then n1 as leader again, who begins to count anew. */
async function counts(
  t: CheckContext,
  stage: Stage,
  [a, b, d]: readonly [string, string, string],
  { term, own }: { term: number; own: number },
): Promise<void> {
  const give = async (number: number) => {
    const commands = Array.from({ length: number }, () => `write ${t.random.int(10_000, 99_999)}`)
    for (const command of commands)
      t.ask(exercise.ops.submit, { command }, { program: stage.program, ms: NEVER_MS }).catch(() => {})
    const sent = (command: string) =>
      stage.said.some(
        ({ message }) =>
          message.type === 'append-entries' && message.entries.some(entry => entry.command === command),
      )
    await stage.until(() => commands.every(sent), {
      expected: `append-entries with ${number === 1 ? 'the new command' : 'all of the new commands'}.`,
      hint: 'do you send your peers each new entry, also when they have not answered?',
    })
  }
  t.doing(`n1 was given three more commands. ${a} stored all of them, and ${d} the first.`)
  await give(3)
  stage.send(a, { type: 'appended', term, success: true, matchIndex: own + 3 })
  stage.send(d, { type: 'appended', term, success: true, matchIndex: own + 1 })
  const AS_FAR = {
    expected: `that n1 commits index ${own + 1}, which three of five nodes store, and nothing after it.`,
    hint: 'a peer stores all entries up to its matchIndex: do you count those whose matchIndex is that great, or greater?',
  }
  await stage.until(() => applied(stage).length > own, AS_FAR)
  await unchanged(stage, own + 1, AS_FAR)
  const beat = stage.said.findLast(({ to, message: one }) => to === b && one.type === 'append-entries')
    ?.message as Of<'append-entries'>
  if (beat.entries.length === 0 && beat.prevLogIndex < own + 3)
    stage.fail({
      expected: `entries in each append-entries to ${b}, also when heartbeatMs has passed: it has not said that it stores what follows index ${beat.prevLogIndex}.`,
      got: JSON.stringify(beat),
      hint: 'a heartbeat has the entries from nextIndex on, like any append-entries: an earlier message may be lost',
    })

  const next = term + t.random.int(1, 9)
  await stage.append(d, {
    term: next,
    prevLogIndex: own + 1,
    prevLogTerm: term,
    entries: [{ term: next, command: `write ${t.random.int(1, 9_999)}` }],
    leaderCommit: own + 1,
  })
  const again = await makeLeader(stage)
  t.doing(
    `${d}, the leader of term ${next}, replaced what was not committed. Then n1 was elected in term ${again}, and given a command. Only ${b} stored it.`,
  )
  await give(1)
  stage.send(b, { type: 'appended', term: again, success: true, matchIndex: own + 3 })
  await unchanged(stage, own + 1, {
    expected: `that n1 commits nothing more: only n1 and ${b} store index ${own + 3}.`,
    hint: 'matchIndex is 0 after each election: what a peer stored in an earlier term may have been replaced since',
  })
  t.doing(`${a} refused ${own + 6} append-entries, more than n1 has entries, as when many were on the way.`)
  for (let i = 0; i < own + 6; i++)
    stage.send(a, { type: 'appended', term: again, success: false, matchIndex: 0 })
  await stage.settle()
}

const applied = (stage: Stage) => stage.told.filter(({ event }) => event === 'committed')

/** Everything that n1 was sent has been handled, and neither its events nor what it tells its peers says that more than this is committed. */
async function unchanged(
  stage: Stage,
  commitIndex: number,
  { expected, hint }: { expected: string; hint: string },
): Promise<void> {
  await stage.settle()
  const from = stage.said.length
  // Sent after all that, because one heartbeat follows the other.
  for (const peer of stage.others)
    await stage.next('append-entries', (_, to) => to === peer, {
      from,
      expected: `one more append-entries to ${peer}.`,
      hint: 'do heartbeats go to every peer, again and again, also to those that do not answer?',
    })
  const told = applied(stage)
  const beats = stage.said
    .slice(from)
    .flatMap(({ message }) => (message.type === 'append-entries' ? [message.leaderCommit] : []))
  const most = Math.max(...beats)
  if (told.length === commitIndex && most === commitIndex) return
  stage.fail({
    expected,
    got:
      told.length !== commitIndex
        ? `${told.length} events committed, the last with index ${told.at(-1)?.index ?? 0}.`
        : `an append-entries with leaderCommit ${most}.`,
    hint,
  })
}
