/** A cluster of five: kills, a split, a direction that is dead. What a majority can reach is decided, and nothing else. */
import type { CheckContext } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { openGroup, type Group } from './cluster.ts'

const TIMERS = { electionMs: 120, heartbeatMs: 20 }
/** Splits, where a leader that is cut off leads no more on a busy machine. */
const TRIES = 4

export async function survives(t: CheckContext): Promise<void> {
  t.doing('The checker started five nodes, and killed their leader.')
  const group = await openGroup(t, 5, TIMERS)
  const ids = group.nodes.map(({ id }) => id)
  const write = () => `write ${t.random.int(1, 99_999)}`
  await group.decide(write())
  const first = await group.leader('a node leads')
  await group.node(first).kill()
  await group.decide(write())

  t.doing(`The checker started ${first} again, which had been killed.`)
  await group.node(first).restart()
  await agree(group, write, ids)

  for (let i = 1; !(await minority(t, group, write, ids)) && i < TRIES; i++);

  const leader = await group.leader('a node leads')
  const deaf = t.random.shuffle(ids.filter(id => id !== leader)).slice(0, 2)
  t.doing(
    `The checker let nothing through from the leader ${leader} to ${deaf.join(' and ')}, only the other way. Then it let everything through.`,
  )
  const cut = group.cut(deaf.map(to => ({ from: leader, to })))
  // Those that hear no leader begin elections, which the leader hears of. Whether anyone is elected meanwhile is left open.
  const from = group.trace.entries.length
  const campaigns = () =>
    group.trace.entries.slice(from).some(entry => entry.kind === 'message' && entry.label === 'request-vote')
  const calls = [group.submit(leader, write())]
  await group.until(`${deaf.join(' or ')} begins an election`, campaigns, {
    ms: group.longMs,
    hint: 'does a node that hears nothing of its leader begin an election when its timer ends?',
  })
  for (const { node } of group.leaders()) calls.push(group.submit(node, write()))
  if (cut.blocked() === 0)
    t.inconclusive('nothing was sent in the direction that was cut, so it proves nothing.')
  cut.heal()
  await agree(group, write, ids)
}

/** A leader is cut off with one other node, and is given a command. Resolves to whether it led until the split ended. */
async function minority(
  t: CheckContext,
  group: Group,
  write: () => string,
  ids: readonly string[],
): Promise<boolean> {
  const old = await group.leader('a node leads')
  const few = [old, t.random.pick(ids.filter(id => id !== old))]
  const most = ids.filter(id => !few.includes(id))
  t.doing(
    `The checker cut off the leader ${old} and ${few[1]} from ${most.join(', ')}, and gave it a command.`,
  )
  const split = group.split([few, most], 'break')
  const lost = group.submit(old, write())
  const index = await group.decide(write(), most)
  if (split.blocked() === 0) t.inconclusive('nothing was sent across the split, so it proves nothing.')
  // More of the kind: the minority has had its time.
  await group.decide(write(), most)
  if (lost.result)
    t.fail({
      expected: `that ${old} acknowledges nothing while it reaches only one other node of five.`,
      got: `the answer ${JSON.stringify(lost.result)}.`,
      hint: 'a command is committed when a majority of all nodes stores it, not of those that can be reached',
      spoke: true,
    })
  // It leads no more: its one neighbor has not heard it in time, and nothing shows what it would have done.
  const gone = lost.error !== undefined
  split.heal()
  t.doing(`The checker healed the split. ${most.join(', ')} had committed index ${index} meanwhile.`)
  await group.until(
    `${old} answers the client whose command is lost, with an error`,
    () => lost.answeredAt !== undefined,
    {
      ms: group.longMs,
      hint: 'does a leader that steps down answer the clients that wait?',
    },
  )
  if (lost.error === undefined)
    t.fail({
      expected: `an error from ${old}, because the others have committed another command at that index.`,
      got: `the answer ${JSON.stringify(lost.result)}.`,
      hint: 'what is applied at an index may be the command of another leader',
      spoke: true,
    })
  await agree(group, write, ids)
  return !gone
}

/** All nodes apply a new command. Another one, when a leader of a later term comes first: that commits entries of older terms only along with one of its own. */
async function agree(group: Group, write: () => string, ids: readonly string[]): Promise<void> {
  for (;;) {
    const index = await group.decide(write())
    const { term } = group.trace
      .events(exercise.events.committed)
      .find(({ data }) => data.index === index)!.data
    const all = () => ids.every(id => group.applied(id).length >= index)
    await group.until(
      `${ids.join(', ')} apply all up to index ${index}`,
      () => all() || (group.leaders()[0]?.term ?? 0) > term,
      {
        ms: group.longMs,
        hint: 'does the leader bring a peer that missed entries up to date? Does leaderCommit go along in each append-entries?',
        got: () => ids.map(id => `${id} has applied ${group.applied(id).length}`).join(', ') + '.',
      },
    )
    if (all()) return
  }
}
