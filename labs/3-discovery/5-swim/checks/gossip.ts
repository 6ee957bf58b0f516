/** How often each update goes along, and with which others. They are counted in acks, which come as often as the checker asks. */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { SwimUpdate } from '../../../exercise/swim-message.ts'
import { drain, introduce, MOST_UPDATES, openGroup, type Played } from './group.ts'

/** The smallest group in which each update goes along twice as often as in one of 8. */
const SIZE = 10
/** 4 · ⌈log₁₀(10 + 1)⌉. */
const TIMES = 8

interface Ack {
  updates: readonly SwimUpdate[]
  /** What was to be passed on then, as far as it is counted. */
  due: readonly SwimUpdate[]
}

export async function gossip(t: CheckContext, program: Program): Promise<void> {
  const group = await openGroup(t, { size: SIZE, program, receive() {} })
  await introduce(t, group)
  await drain(t, group)
  // Of a suspect, it is not counted: an ack to itself has it in any case, and need not count.
  const [sick, ...others] = t.random.shuffle(group.members) as [Played, Played, ...Played[]]
  const [sender] = others
  const raised = (member: Played) => group.update(member, 'alive', ++member.incarnation)
  let due: SwimUpdate[] = []
  const acks: Ack[] = []
  const tell = async (member: Played, updates: readonly SwimUpdate[] = []) => {
    due = [
      ...due.filter(({ node }) => !updates.some(update => update.node === node)),
      ...updates.filter(({ node }) => node !== sick.name),
    ]
    acks.push({ updates: (await group.tell(member, updates)).updates, due })
  }
  await tell(sender, others.slice(0, MOST_UPDATES).map(raised))
  await tell(sender, [...others.slice(MOST_UPDATES).map(raised), group.update(sick, 'suspect')])
  // More wait than have a place beside the one about itself.
  await tell(sick)
  const [again] = t.random.shuffle(others.slice(0, MOST_UPDATES)) as [Played]
  await tell(sender, [raised(again)])
  t.doing(
    `Updates about all ${others.length + 1} other members came to a program in a group of ${SIZE}, and then a newer one about ${again.name}. Members pinged it, one after another.`,
  )
  for (const updates of await drain(t, group, { members: others })) acks.push({ updates, due })
  expectSmall(t, acks)
  for (const update of due) expectTimes(t, acks, update, update.node === again.name)
  for (const i of acks.keys()) expectFair(t, acks.slice(0, i + 1))
}

const isIn = (updates: readonly SwimUpdate[], { node, incarnation }: SwimUpdate): boolean =>
  updates.some(one => one.node === node && one.incarnation === incarnation)

const timesOf = (acks: readonly Ack[], update: SwimUpdate): number =>
  acks.filter(({ updates }) => isIn(updates, update)).length

function expectSmall(t: CheckContext, acks: readonly Ack[]): void {
  const large = acks.find(({ updates }) => updates.length > MOST_UPDATES)
  if (!large) return
  t.fail({
    op: 'start',
    expected: `at most ${MOST_UPDATES} updates in an ack.`,
    got: `${large.updates.length}.`,
    hint: 'a datagram has a limited size: do you take the updates that were sent least often, and leave the others for the next one? The update that tells a suspect about itself is one of the six.',
  })
}

function expectTimes(t: CheckContext, acks: readonly Ack[], update: SwimUpdate, isNewer: boolean): void {
  const times = timesOf(acks, update)
  if (times === TIMES) return
  t.fail({
    op: 'start',
    expected: `each update in ${TIMES} datagrams: 4 · ⌈log₁₀(${SIZE} + 1)⌉.`,
    got: isNewer
      ? `one that replaced an older one about the same member in ${times}.`
      : `one of them in ${times}.`,
    hint: isNewer
      ? 'does a newer update about the same member begin anew, as one that was not sent yet?'
      : 'do you count in how many datagrams each update was, and does the number grow with the logarithm of the size of the group, yourself included? Then everyone hears of it, and it costs little.',
  })
}

/** The last of them has those that were sent least often. */
function expectFair(t: CheckContext, acks: readonly Ack[]): void {
  const { updates, due } = acks.at(-1)!
  const before = (update: SwimUpdate) => timesOf(acks.slice(0, -1), update)
  const left = due.filter(update => !isIn(updates, update) && before(update) < TIMES)
  const most = Math.max(...due.filter(update => isIn(updates, update)).map(before), 0)
  const starved = left.find(update => before(update) < most || updates.length < MOST_UPDATES)
  if (!starved) return
  t.fail({
    op: 'start',
    expected: `the updates that were sent least often, up to ${MOST_UPDATES} of them.`,
    got: `${updates.length} updates, some of which had been sent ${most} times before, and not one that had been sent ${before(starved)} times.`,
    hint: 'do you sort by how often an update was sent? Else the newest news wait behind old ones, or the old ones behind the newest.',
  })
}
