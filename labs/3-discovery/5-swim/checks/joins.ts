/** Joining a group, and being its seed. */
import { happens } from '../../../check/kit/patience.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { SwimUpdate } from '../../../exercise/swim-message.ts'
import { drain, introduce, openGroup, type Group, type Played, type Seen } from './group.ts'
import { isSame, shown, shownAll, shownMessage } from './words.ts'

const RULES = { periodMs: 30, timeoutMs: 25, suspicionMs: 600_000 }
/** The seed answers this one. */
const ANSWERED = 3
/** Rounds without another join. */
const ROUNDS = 3
/** 4 · ⌈log₁₀(8 + 1)⌉ */
const TIMES = 4

export const joins: Check = async t => {
  const another = t.another()
  // Whoever waits for it gets its error.
  another.catch(() => {})
  await joinsOthers(t)
  await admitsOthers(t, await another)
}

const isJoin = ({ message }: Seen): boolean => message.type === 'join'
const isPing = ({ message }: Seen): boolean => message.type === 'ping'

async function joinsOthers(t: CheckContext): Promise<void> {
  let joined = 0
  const everyone = (group: Group): SwimUpdate[] =>
    group.members.map((member, i) => group.update(member, i === 6 ? 'dead' : 'alive'))
  const group = await openGroup(t, {
    size: 8,
    rules: RULES,
    seeds: ([dead, seed]) => [dead!, seed!],
    async receive(seen, given) {
      const { member } = seen
      if (!isJoin(seen)) return given.react(seen)
      if (member !== given.members[1] || ++joined < ANSWERED) return
      await given.send(member, { type: 'members', from: member.name, updates: everyone(given) }, seen.port)
    },
  })
  // A member that has to refute raises its incarnation later.
  const told = everyone(group)
  const [dead, seed] = group.members as [Played, Played]
  for (const member of [dead, seed]) {
    const { message } = await group.expect(seen => seen.member === member && isJoin(seen), {
      expected: `a join to each of the two seeds.`,
      hint: 'do you send join to each address in seeds as soon as you listen?',
    })
    const me = { node: group.name, address: group.address, state: 'alive', incarnation: 0 } as const
    if (message.updates.some(update => isSame(update, me))) continue
    t.fail({
      op: 'start',
      expected: `a join with this update: ${shown(me)}, at ${me.address}.`,
      got: shownMessage(message),
      hint: 'does your join tell the seed who you are: your name, the address on which you really listen, alive, and incarnation 0?',
    })
  }
  t.doing(
    `The checker called start with 2 seeds. One never answers, the other one answers join number ${ANSWERED}.`,
  )
  let number = 0
  await group.expect(seen => seen.member === seed && isJoin(seen) && ++number >= ANSWERED, {
    expected: 'another join every periodMs, as long as no members comes.',
    hint: 'the first join, or its answer, can get lost: do you send it again?',
  })
  const due = told.map(expected => group.events.next(event => isSame(event, expected)))
  await happens(Promise.all(due), { ms: 1_000, signOfLife: () => group.program.signOfLife() })
  const table = await group.table()
  t.doing(
    `Your program joined. The seed answered with ${count(group.members.length, 'member')} in one members.`,
  )
  for (const expected of told) {
    const got = table.get(expected.node)
    // The rounds have begun: on a busy machine, it may have been suspected since, and refuted.
    if (isSame(got, expected) || (got && group.events.all.some(event => isSame(event, expected)))) continue
    t.fail({
      op: 'members',
      expected: `${shown(expected)}, at ${expected.address}, as the seed told.`,
      got: got ? `${shown(got)}, at ${got.address}.` : 'no such member.',
      hint: 'do you take over all updates of a members, however many there are?',
    })
  }
  if (table.size !== group.members.length + 1 || !table.has(group.name)) {
    t.fail({
      op: 'members',
      expected: `${group.members.length + 1} members: those of which the seed told, and your program itself.`,
      got: `${table.size}: ${[...table.keys()].join(', ')}.`,
      hint: 'does members return your program itself, too?',
    })
  }
  // A join that it sent before may still have to be read.
  await group.tell(seed)
  const from = group.seen.length
  let rounds = 0
  await group.expect(seen => isPing(seen) && ++rounds >= ROUNDS, {
    from,
    expected: 'a ping in each round, now that your program has members to ping.',
    hint: 'do you begin a round every periodMs?',
  })
  if (!group.seen.slice(from).some(isJoin)) return
  t.fail({
    op: 'start',
    expected: 'no more join after a members has come.',
    got: 'another join.',
    hint: 'do you stop asking when any of the seeds has answered? The members have been told of you.',
  })
}

async function admitsOthers(t: CheckContext, program: Program): Promise<void> {
  const group = await openGroup(t, { size: 8, program })
  const [newcomer, dead, ...others] = group.members as [Played, Played, ...Played[]]
  await introduce(t, group, [...others])
  await group.tell(others[0]!, [group.update(dead, 'dead')])
  await drain(t, group, { members: others })
  const from = group.seen.length
  const update = { ...group.update(newcomer), incarnation: 0 }
  await group.send(newcomer, { type: 'join', from: newcomer.name, updates: [update] })
  t.doing('A newcomer sent join to your program, which knows a group of 7.')
  const { message } = await group.expect(
    ({ member, message: { type } }) => member === newcomer && type === 'members',
    {
      from,
      expected: 'a members to the port that the join came from.',
      hint: 'do you answer each join with members?',
    },
  )
  const me: SwimUpdate = { node: group.name, address: group.address, state: 'alive', incarnation: 0 }
  const expected = [me, group.update(dead, 'dead'), ...others.map(member => group.update(member))]
  for (const one of expected) {
    if (message.updates.some(found => isSame(found, one))) continue
    t.fail({
      op: 'start',
      expected: `a members with all that your program knows, also ${shown(one)}.`,
      got: `${shownAll(message.updates)}.`,
      hint: 'does the newcomer learn of everyone: dead members, so that no old update brings them back to it, and you yourself?',
    })
  }
  const known = (await group.table()).get(newcomer.name)
  if (!isSame(known, update)) {
    t.fail({
      op: 'members',
      expected: `the newcomer: ${shown(update)}, at ${update.address}.`,
      got: known ? `${shown(known)}, at ${known.address}.` : 'no such member.',
      hint: 'do you take over the updates of a join?',
    })
  }
  t.doing('A newcomer joined through your program. Then the other members pinged it.')
  const acks = await drain(t, group, { members: others })
  const times = acks.filter(updates => updates.some(found => isSame(found, update))).length
  if (times === TIMES && acks.slice(0, TIMES).every(updates => updates.some(found => isSame(found, update))))
    return
  t.fail({
    op: 'start',
    expected: `the newcomer in the next ${TIMES} datagrams of your program, in a group of 8 without other news.`,
    got: times === 0 ? 'no word of it.' : `it in ${times} acks of ${acks.length}.`,
    hint: 'do you pass on each update that wins, also that of a join, so that everyone hears of the newcomer? The text says how often.',
  })
}
