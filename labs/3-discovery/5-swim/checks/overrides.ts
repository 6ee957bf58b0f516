/** Which update wins. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import type { SwimMessage, SwimUpdate } from '../../../exercise/swim-message.ts'
import { introduce, openGroup, type Group, type Played } from './group.ts'
import { isSame, said, shown } from './words.ts'

const RANK = { alive: 0, suspect: 1, dead: 2 }
type State = SwimUpdate['state']

const wins = (a: SwimUpdate, b: SwimUpdate): boolean =>
  a.incarnation > b.incarnation || (a.incarnation === b.incarnation && RANK[a.state] > RANK[b.state])

/** What each member goes through: state and incarnation, above the one that it begins with. */
const STORIES: readonly (readonly (readonly [State, number])[])[] = [
  [
    ['suspect', 0],
    ['alive', 0],
    ['alive', 1],
    ['suspect', 0],
  ],
  // The evidence of a failure has a greater incarnation than anything heard before: an alive has to beat that one.
  [
    ['suspect', 5],
    ['alive', 3],
    ['alive', 5],
    ['alive', 6],
  ],
  [
    ['dead', 4],
    ['alive', 2],
    ['alive', 4],
    ['suspect', 4],
    ['alive', 5],
  ],
  [
    ['dead', 0],
    ['suspect', 0],
    ['alive', 0],
    ['suspect', 1],
    ['dead', 1],
  ],
  [
    ['alive', 7],
    ['suspect', 6],
    ['dead', 6],
    ['alive', 2],
    ['suspect', 7],
  ],
]

const RANDOM_STEPS = 25

export const overrides: Check = async t => {
  const group = await openGroup(t, { size: 8, receive() {} })
  await introduce(t, group)
  const known = new Map(group.members.map(member => [member.name, group.update(member)]))
  const sender = group.members[0]!
  const steps: [Played, State, number][] = []
  for (const [i, story] of t.random.shuffle(STORIES).entries())
    for (const [state, above] of story) steps.push([group.members[i]!, state, above])
  for (let i = 0; i < RANDOM_STEPS; i++) {
    const state = t.random.pick(['alive', 'suspect', 'dead'] as const)
    steps.push([t.random.pick(group.members), state, t.random.int(0, 9)])
  }
  for (const [member, state, above] of steps) {
    // A losing update names another address, too: nothing of it may stay.
    const address = t.random.pick([member.address, `127.0.0.1:${t.random.int(1024, 65_535)}`])
    await step(t, group, sender, known, {
      node: member.name,
      address,
      state,
      incarnation: member.incarnation + above,
    })
  }
  await together(t, group, sender, known)
  await newcomer(t, group, sender)
}

async function step(
  t: CheckContext,
  group: Group,
  sender: Played,
  known: Map<string, SwimUpdate>,
  update: SwimUpdate,
): Promise<void> {
  const before = known.get(update.node)!
  const events = group.events.all.length
  await carry(t, group, sender, [update])
  t.doing(`Your program had ${shown(before)}. Then a datagram with this update came: ${shown(update)}.`)
  const won = wins(update, before)
  const expected = won ? update : before
  known.set(update.node, expected)
  const got = (await group.table()).get(update.node)
  if (!isSame(got, expected)) {
    t.fail({
      op: 'members',
      expected: `${won ? 'that the update wins' : 'that it changes nothing'}: ${shown(expected)}, at ${expected.address}.`,
      got: got ? `${shown(got)}, at ${got.address}.` : 'no such member.',
      hint: hintFor(update, before, got),
    })
  }
  const told = group.events.all.slice(events)
  if (told.length === (won ? 1 : 0) && (!won || isSame(told[0], update))) return
  t.fail({
    op: 'start',
    expected: won ? 'one event member with this update.' : 'no event member.',
    got: told.length === 0 ? 'none.' : said(told.map(shown)),
    hint: 'do you call emit for each update about another member that wins, and for no other?',
  })
}

/** In a datagram of any kind that has updates: the program learns from all of them. */
async function carry(t: CheckContext, group: Group, sender: Played, updates: SwimUpdate[]): Promise<void> {
  const kind = t.random.pick(['ping', 'ack', 'ping-req'] as const)
  if (kind === 'ping') return void (await group.tell(sender, updates))
  const seq = t.random.int(2 ** 31, 2 ** 32)
  const common = { seq, from: sender.name, updates }
  const { name: target, address } = t.random.pick(group.members)
  const message: SwimMessage =
    kind === 'ack' ? { type: 'ack', ...common } : { type: 'ping-req', target, address, ...common }
  await group.send(sender, message)
  await group.tell(sender)
}

function hintFor(update: SwimUpdate, before: SwimUpdate, got: SwimUpdate | undefined): string {
  if (!got)
    return 'do you keep a member that is suspect or dead? Without it, you do not know that an alive is old.'
  const isHalf =
    got.state === update.state && got.state !== before.state && got.incarnation === before.incarnation
  if (isHalf && update.incarnation > before.incarnation)
    return 'do you take over the whole update, with its incarnation? A suspicion raises the incarnation that an alive has to beat.'
  if (update.state === 'alive' && got.state === 'alive' && before.state !== 'alive')
    return 'an alive is old news, unless its incarnation is greater than that of the suspicion or the death. Anyone may still have a copy of it.'
  if (update.incarnation === before.incarnation)
    return 'with equal incarnations, dead wins over suspect, and suspect over alive, and nothing else.'
  if (update.incarnation > before.incarnation)
    return 'a greater incarnation wins, whatever the states are: the member has raised it itself since.'
  return 'a smaller incarnation never wins, whatever the states are: it is about a time before.'
}

/** Several updates about one member in one datagram, the oldest last. */
async function together(
  t: CheckContext,
  group: Group,
  sender: Played,
  known: Map<string, SwimUpdate>,
): Promise<void> {
  const member = t.random.pick(group.members)
  const top = known.get(member.name)!.incarnation + 5
  const updates = [
    group.update(member, 'alive', top),
    group.update(member, 'suspect', top),
    group.update(member, 'alive', top - 1),
  ]
  await group.tell(sender, updates)
  t.doing(`A ping with three updates about one member came: ${updates.map(shown).join('; ')}.`)
  const got = (await group.table()).get(member.name)
  if (isSame(got, updates[1])) return
  t.fail({
    op: 'members',
    expected: `${shown(updates[1]!)}.`,
    got: got ? `${shown(got)}.` : 'no such member.',
    hint: 'do you compare each update of a datagram with what you know then?',
  })
}

/** Of somebody new, the first thing that comes is that it is dead. Then comes an old alive. */
async function newcomer(t: CheckContext, group: Group, sender: Played): Promise<void> {
  const incarnation = t.random.int(3, 9)
  const update: SwimUpdate = {
    node: `new-${group.name}`,
    address: `127.0.0.1:${t.random.int(1024, 65_535)}`,
    state: t.random.pick(['suspect', 'dead']),
    incarnation,
  }
  await group.tell(sender, [update])
  await group.tell(sender, [{ ...update, state: 'alive', incarnation: incarnation - t.random.int(0, 2) }])
  t.doing(
    `Updates about a member that your program did not know came: ${shown(update)}, and then an older alive.`,
  )
  const got = (await group.table()).get(update.node)
  if (isSame(got, update)) return
  t.fail({
    op: 'members',
    expected: `${shown(update)}: about a new member, the first update wins, whatever its state is.`,
    got: got ? `${shown(got)}.` : 'no such member.',
    hint: 'do you keep the first update about a member also if it says suspect or dead? Else an old alive makes a member of it that is not there.',
  })
}
