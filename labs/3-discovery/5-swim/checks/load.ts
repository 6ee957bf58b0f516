/** What a group costs each of its members. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { SwimUpdate } from '../../../exercise/swim-message.ts'
import { drain, introduce, MOST_UPDATES, openGroup, type Group, type Played, type Seen } from './group.ts'
import { due, watchLag, type Lag } from './lag.ts'
import { said } from './words.ts'

const SMALL = 8
const LARGE = 32
/** Pings of the program's that are looked at: three laps of a group of eight. */
const ROUNDS = 21

/** 4 · ⌈log₁₀(32 + 1)⌉. */
const TIMES = 8
const NEWS = 14

export const load: Check = async t => {
  const another = t.another()
  // Whoever waits for it gets its error.
  another.catch(() => {})
  await withTime(t, (ms, program) => rounds(t, program, ms))
  await gossip(t, await another)
}

/** Updates are counted in acks, which come as often as the checker asks. */
async function gossip(t: CheckContext, program: Program): Promise<void> {
  const group = await openGroup(t, { size: LARGE, program, receive() {} })
  await introduce(t, group)
  await drain(t, group)
  const news = t.random.shuffle(group.members).slice(0, NEWS)
  const updates: SwimUpdate[] = []
  const acks: SwimUpdate[][] = []
  const [sender] = group.members as [Played]
  for (let i = 0; i < news.length; i += MOST_UPDATES) {
    const some = news
      .slice(i, i + MOST_UPDATES)
      .map(member => group.update(member, 'alive', ++member.incarnation))
    updates.push(...some)
    acks.push((await group.tell(sender, some)).updates)
    expectFair(t, acks, updates, TIMES)
  }
  t.doing(
    `${updates.length} updates came to a program in a group of ${LARGE}. Then members pinged it, one after another.`,
  )
  acks.push(...(await drain(t, group)))
  expectFair(t, acks, updates, TIMES)
  for (const update of updates) {
    const times = timesOf(acks, update)
    if (times === TIMES) continue
    t.fail({
      op: 'start',
      expected: `each update in ${TIMES} datagrams: 4 · ⌈log₁₀(${LARGE} + 1)⌉.`,
      got: `one of them in ${times}.`,
      hint: 'do you count in how many datagrams each update was, and does the number grow with the logarithm of the size of the group? Then everyone hears of it, and it costs little.',
    })
  }
}

const timesOf = (acks: readonly SwimUpdate[][], { node, incarnation }: SwimUpdate): number =>
  acks.filter(ack => ack.some(one => one.node === node && one.incarnation === incarnation)).length

/** At most six in each datagram, and those first that were sent least often. */
function expectFair(
  t: CheckContext,
  acks: readonly SwimUpdate[][],
  updates: readonly SwimUpdate[],
  limit: number,
): void {
  const large = acks.find(ack => ack.length > MOST_UPDATES)
  if (large) {
    t.fail({
      op: 'start',
      expected: `at most ${MOST_UPDATES} updates in an ack.`,
      got: `${large.length}.`,
      hint: 'a datagram has a limited size: do you take the updates that were sent least often, and leave the others for the next one?',
    })
  }
  const last = acks.at(-1)
  if (!last) return
  const before = (update: SwimUpdate) => timesOf(acks.slice(0, -1), update)
  const isIn = ({ node }: SwimUpdate) => last.some(one => one.node === node)
  const left = updates.filter(update => !isIn(update) && before(update) < limit)
  const most = Math.max(...updates.filter(isIn).map(before), 0)
  const starved = left.find(update => before(update) < most || last.length < MOST_UPDATES)
  if (!starved) return
  t.fail({
    op: 'start',
    expected: `the updates that were sent least often, up to ${MOST_UPDATES} of them.`,
    got: `${last.length} updates, some of which had been sent ${most} times before, and not one that had been sent ${before(starved)} times.`,
    hint: 'do you sort by how often an update was sent? Else the newest news wait behind old ones.',
  })
}

/** One ping in each round, however many members there are, and everyone in turn. */
async function rounds(t: CheckContext, program: Program, ms: number): Promise<void> {
  const rules = { periodMs: ms / 10, timeoutMs: ms / 20, suspicionMs: 600_000 }
  const group = await openGroup(t, { size: LARGE, program, rules })
  const first = group.members.slice(0, SMALL - 1)
  await introduce(t, group, first)
  const lag = watchLag(t, program)
  t.doing(`A group of ${SMALL}, in which everyone answers. periodMs is ${rules.periodMs}.`)
  const pings = await expectRounds(t, group, lag, SMALL)
  const seen = pings.slice(0, ROUNDS)
  // Pings to different sockets that a late checker reads together come in any order.
  if (seen.some(({ at }, i) => i > 0 && at - seen[i - 1]!.at < rules.periodMs / 10)) throw new TooBusy()
  expectLaps(
    t,
    seen.map(({ member }) => member.name),
    first.length,
  )
  await introduce(t, group, group.members.slice(SMALL - 1))
  lag.restart()
  t.doing(
    `The group grew from ${SMALL} to ${LARGE} members. Everyone answers, and periodMs is ${rules.periodMs}.`,
  )
  await expectRounds(t, group, lag, LARGE)
  const large = group.seen.find(
    ({ message }) => message.type !== 'members' && message.updates.length > MOST_UPDATES,
  )
  if (!large) return
  t.fail({
    op: 'start',
    expected: `at most ${MOST_UPDATES} updates in each ping, ping-req and ack.`,
    got: `${large.message.updates.length} in a ${large.message.type}.`,
    hint: 'does each datagram have a limited size, whatever its type is?',
  })
}

const isPing = ({ message }: Seen): boolean => message.type === 'ping'

async function expectRounds(t: CheckContext, group: Group, lag: Lag, size: number): Promise<Seen[]> {
  const { periodMs, timeoutMs } = group.rules
  const from = group.seen.length
  let count = 0
  const started = performance.now()
  await due(
    group.program,
    lag,
    group.next(seen => isPing(seen) && ++count >= ROUNDS, from),
    {
      ms: 5 * ROUNDS * periodMs,
      bearsMs: timeoutMs,
      late: () =>
        t.fail({
          op: 'start',
          expected: `a ping every ${periodMs} ms: ${ROUNDS} of them in ${ROUNDS * periodMs} ms.`,
          got: `${count} in ${Math.round(performance.now() - started)} ms.`,
          hint: 'do you begin a round every periodMs milliseconds?',
        }),
    },
  )
  const pings = group.seen.slice(from).filter(isPing)
  // One may have been due when the checker began to look, and one is due at the end. A checker that was late reads earlier ones after that.
  const most = (performance.now() - started + lag.longest()) / periodMs + 2
  if (pings.length <= most) return pings
  return t.fail({
    op: 'start',
    expected: `one ping every ${periodMs} ms, in a group of ${size} as in any other: at most ${Math.floor(most)} in this time.`,
    got: `${pings.length} of them.`,
    hint: 'do you ping one member in each round, and not all of them? Then a group of 1,000 costs a member no more than a group of 8.',
  })
}

/** The program's laps began before the checker looked: so they begin at any of the first pings. */
function expectLaps(t: CheckContext, order: readonly string[], lap: number): void {
  const distinct = (names: readonly string[]) => new Set(names).size === names.length
  const laps = (offset: number) => {
    const parts = [order.slice(0, offset)]
    for (let at = offset; at < order.length; at += lap) parts.push(order.slice(at, at + lap))
    return parts
  }
  const offsets = [...Array(lap).keys()].filter(offset => laps(offset).every(distinct))
  if (offsets.length === 0) {
    t.fail({
      op: 'start',
      expected: `that everyone is pinged once, before anyone is pinged again: in laps of ${lap}.`,
      got: said(order.map(name => name.split('-')[0]).join(' ')),
      hint: 'do you go through the members in random order, and then in a new one? If each round picks anyone, a failure can stay unnoticed for long.',
    })
  }
  const whole = offsets.map(offset =>
    laps(offset)
      .filter(part => part.length === lap)
      .map(String),
  )
  if (!whole.every(parts => new Set(parts).size === 1)) return
  t.fail({
    op: 'start',
    expected: 'another order in each lap.',
    got: said(order.map(name => name.split('-')[0]).join(' ')),
    hint: 'do you shuffle the members again after each lap? Else everyone pings in the same order, and meets the same members at the same time.',
  })
}
