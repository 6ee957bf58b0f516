/** What others say about the program itself. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { SwimMessage, SwimUpdate } from '../../../exercise/swim-message.ts'
import { drain, introduce, openGroup, STILL, type Group, type Played } from './group.ts'
import { isSame, said, shown, shownAll } from './words.ts'

const REFUTES =
  'if an update about you wins over what you are, do you stay alive, with the incarnation of that update plus 1, and pass this on like any other update?'

/** 4 · ⌈log₁₀(8 + 1)⌉. */
const TIMES = 4

export const refutes: Check = async t => {
  const another = t.another()
  // Whoever waits for it gets its error.
  another.catch(() => {})
  const group = await openGroup(t, { size: 8 })
  await introduce(t, group)
  await drain(t, group)
  let own = 0
  const me = (state: SwimUpdate['state'], incarnation: number): SwimUpdate => ({
    node: group.name,
    address: group.address,
    state,
    incarnation,
  })
  const cases: [SwimUpdate['state'], number][] = [
    ['suspect', 0],
    ['suspect', t.random.int(2, 9)],
    ['dead', 0],
    ['dead', t.random.int(2, 9)],
    ['alive', t.random.int(1, 9)],
  ]
  for (const [state, above] of t.random.shuffle(cases)) {
    const slander = me(state, own + above)
    const { updates } = await group.tell(t.random.pick(group.members), [slander])
    t.doing(
      `Your program was alive with incarnation ${own}. Then a ping with an update about it came: ${shown(slander)}.`,
    )
    own += above + 1
    expectOwn(t, updates, me('alive', own), 'in the ack to this ping')
    await expectMe(t, group, me('alive', own))
    await old(t, group, me, own)
    await spread(t, group, me('alive', own))
  }
  const [about] = group.events.all.filter(({ node }) => node === group.name)
  if (about) {
    t.fail({
      op: 'start',
      expected: 'events about other members only.',
      got: `an event about your program itself: ${shown(about)}.`,
      hint: 'do you handle an update about yourself before all others?',
    })
  }
  await restart(t, await another)
}

function expectOwn(
  t: CheckContext,
  updates: readonly SwimUpdate[],
  expected: SwimUpdate,
  where: string,
): void {
  const found = updates.find(({ node }) => node === expected.node)
  if (isSame(found, expected)) return
  t.fail({
    op: 'start',
    expected: `${shown(expected)}, at ${expected.address}, ${where}.`,
    got: found ? `${shown(found)}, at ${found.address}.` : `${shownAll(updates)}.`,
    hint: found
      ? REFUTES
      : `${REFUTES} Take over the updates of a message first, and then answer it: then the news goes along at once.`,
  })
}

async function expectMe(t: CheckContext, group: Group, expected: SwimUpdate): Promise<void> {
  const got = (await group.table()).get(group.name)
  if (isSame(got, expected)) return
  t.fail({
    op: 'members',
    expected: `your program itself, as ${shown(expected)}, at ${expected.address}.`,
    got: got ? `${shown(got)}, at ${got.address}.` : 'no entry with its name.',
    hint: REFUTES,
  })
}

/** Old updates about the program, and what it says itself: no reason to raise anything. */
async function old(
  t: CheckContext,
  group: Group,
  me: (state: SwimUpdate['state'], incarnation: number) => SwimUpdate,
  own: number,
): Promise<void> {
  const updates = [me('suspect', own - 1), me('alive', own), me('dead', own - 1), me('alive', own - 1)]
  await group.tell(t.random.pick(group.members), t.random.shuffle(updates))
  t.doing(
    `Your program was alive with incarnation ${own}. Then old updates about it came, with incarnation ${own - 1}, and its own one.`,
  )
  const got = (await group.table()).get(group.name)
  if (isSame(got, me('alive', own))) return
  t.fail({
    op: 'members',
    expected: `${shown(me('alive', own))}, as before: it has refuted them already.`,
    got: got ? `${shown(got)}.` : 'no entry with its name.',
    hint: 'do you compare an update about yourself with your own incarnation? Old copies stay on their way for long.',
  })
}

/** The refutation goes to as many as any other update. One ack has had it, and another one, since. */
async function spread(t: CheckContext, group: Group, expected: SwimUpdate): Promise<void> {
  let times = 2
  for (const updates of await drain(t, group)) if (updates.some(update => isSame(update, expected))) times++
  t.doing(`Your program refuted with incarnation ${expected.incarnation}. Then members pinged it.`)
  if (times === TIMES) return
  t.fail({
    op: 'start',
    expected: `the refutation in ${TIMES} datagrams, as any other update in a group of 8.`,
    got: `it in ${times}.`,
    hint: 'do you pass on the update about yourself as often as the others?',
  })
}

/** A copy of the program begins anew, and the group remembers an earlier life of its. */
async function restart(t: CheckContext, program: Program): Promise<void> {
  const state = t.random.pick(['dead', 'suspect'] as const)
  const incarnation = t.random.int(1, 9)
  const group: Group = await openGroup(t, {
    size: 8,
    program,
    rules: { ...STILL, periodMs: 100, timeoutMs: 90 },
    seeds: ([seed]) => [seed!],
    async receive(seen, { react, update, members, send, name }) {
      if (seen.message.type !== 'join') return react(seen)
      const before: SwimUpdate = { node: name, address: '127.0.0.1:9', state, incarnation }
      const answer: SwimMessage = {
        type: 'members',
        from: seen.member.name,
        updates: [...members.map(member => update(member)), before],
      }
      await send(seen.member, answer, seen.port)
    },
  })
  const seed = group.members[0] as Played
  await group.expect(({ member, message }) => member === seed && message.type === 'join', {
    expected: 'a join to the seed.',
    hint: 'do you send join to each address in seeds?',
  })
  const acks: SwimUpdate[][] = []
  for (let i = 0; i < 3; i++) acks.push((await group.tell(seed)).updates)
  t.doing(
    `Your program started again. The seed answered its join: it knows your program as ${state}, with incarnation ${incarnation}, from before. Then the seed sent three pings.`,
  )
  const expected: SwimUpdate = {
    node: group.name,
    address: group.address,
    state: 'alive',
    incarnation: incarnation + 1,
  }
  await expectMe(t, group, expected)
  const told = [...group.seen.map(({ message }) => message.updates), ...acks].flat()
  if (told.some(update => isSame(update, expected))) return
  t.fail({
    op: 'start',
    expected: `${shown(expected)}, in one of your program's datagrams after the members.`,
    got: said(acks.flat().map(shown)),
    hint: 'do you take over the updates of a members like any others? One of them may be about you, from before you restarted.',
  })
}
