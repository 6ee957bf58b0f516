/** What a group costs each of its members, and whose turn it is in a round. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import { gossip } from './gossip.ts'
import { introduce, MOST_UPDATES, openGroup, type Group, type Played, type Seen } from './group.ts'
import { due, unlessBusy, watchLag, type Lag } from './lag.ts'
import { said } from './words.ts'

const SMALL = 8
const LARGE = 32
/** Pings of the program's that are looked at, in a group of eight: two laps and more. */
const ROUNDS = 18
/** And in a group of 32. */
const MORE_ROUNDS = 12
/** In periods. Between two pings are one, and what the timers of this machine add. */
const SLOW = 1.5

export const load: Check = async t => {
  const another = t.another()
  // Whoever waits for it gets its error.
  another.catch(() => {})
  await withTime(t, (ms, program) => rounds(t, program, ms))
  await gossip(t, await another)
}

/** One ping in each round, however many members there are, and everyone in turn. */
async function rounds(t: CheckContext, program: Program, ms: number): Promise<void> {
  const rules = { periodMs: ms / 10, timeoutMs: ms / 20, suspicionMs: 600_000 }
  let hasGrown = false
  const group = await openGroup(t, {
    size: LARGE,
    program,
    rules,
    async receive(seen, own) {
      const { member, message, port } = seen
      if (message.type !== 'ping') return own.react(seen)
      // From then on nobody answers but through others, so that the program asks them in each round.
      if (hasGrown) return
      // The suspect does not refute. With the acks of all others come news, which are no reason for a new order.
      const isSick = member === own.members[0]
      if (!isSick) member.incarnation++
      const updates = isSick ? [] : [own.update(member)]
      await own.send(member, { type: 'ack', seq: message.seq, from: member.name, updates }, port)
    },
  })
  const first = group.members.slice(0, SMALL - 1)
  const [sick, sender] = first as [Played, Played]
  await introduce(t, group, first)
  await group.tell(sender, [group.update(sick, 'suspect')])
  const lag = watchLag(t, program)
  t.doing(
    `A group of ${SMALL}, in which everyone answers, also ${sick.name}, which is suspect. periodMs is ${rules.periodMs}.`,
  )
  const pings = await expectRounds(t, group, lag, SMALL, ROUNDS + 1)
  // Pings to different sockets that a late checker reads together come in any order: so the last one of interest has one behind it.
  if (pings.some(({ at }, i) => i > 0 && at - pings[i - 1]!.at < rules.periodMs / 10)) throw new TooBusy()
  const seen = pings.slice(0, ROUNDS)
  expectEachPeriod(t, group, lag, seen)
  const order = seen.map(({ member }) => member.name)
  expectSuspect(t, order, sick)
  // Between two that were read together, the checker may have lost its processor.
  unlessBusy(lag, rules.periodMs / 2, () => expectLaps(t, order, first.length))
  hasGrown = true
  await introduce(t, group, group.members.slice(SMALL - 1))
  lag.restart()
  t.doing(
    `The group grew from ${SMALL} to ${LARGE} members. All answer, but only others reach them. periodMs is ${rules.periodMs}.`,
  )
  const from = group.seen.length
  await expectRounds(t, group, lag, LARGE, MORE_ROUNDS)
  expectRandomRelays(t, group.seen.slice(from))
  const large = group.seen.find(
    ({ message }) => message.type !== 'members' && message.updates.length > MOST_UPDATES,
  )
  if (!large) return
  t.fail({
    op: 'start',
    expected: `at most ${MOST_UPDATES} updates in each ping, ping-req and ack.`,
    got: `${large.message.updates.length} in a ${large.message.type}.`,
    hint: 'does each datagram have a limited size, whatever its type is? The update that tells a suspect about itself is one of the six.',
  })
}

const isPing = ({ message }: Seen): boolean => message.type === 'ping'

async function expectRounds(
  t: CheckContext,
  group: Group,
  lag: Lag,
  size: number,
  rounds: number,
): Promise<Seen[]> {
  const { periodMs, timeoutMs } = group.rules
  const from = group.seen.length
  let count = 0
  const started = performance.now()
  await due(
    group.program,
    lag,
    group.next(seen => isPing(seen) && ++count >= rounds, from),
    {
      ms: 5 * rounds * periodMs,
      bearsMs: timeoutMs,
      late: () =>
        t.fail({
          op: 'start',
          expected: `a ping every ${periodMs} ms: ${rounds} of them in ${rounds * periodMs} ms.`,
          got: `${count} in ${Math.round(performance.now() - started)} ms.`,
          hint: EVERY_PERIOD,
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

const EVERY_PERIOD =
  'do you begin a round every periodMs milliseconds, also when the last one has only just been judged?'

/** Most of them: a busy machine holds up some. */
function expectEachPeriod(t: CheckContext, { rules }: Group, lag: Lag, pings: readonly Seen[]): void {
  const gaps = pings.slice(1).map(({ at }, i) => at - pings[i]!.at)
  const gap = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 4)]!
  if (gap <= SLOW * rules.periodMs) return
  if (lag.typical() > rules.periodMs / 4) throw new TooBusy()
  t.fail({
    op: 'start',
    expected: `a ping every ${rules.periodMs} ms.`,
    got: `${Math.round(gap)} ms and more between most of them.`,
    hint: EVERY_PERIOD,
  })
}

function expectSuspect(t: CheckContext, order: readonly string[], { name }: Played): void {
  if (order.includes(name)) return
  t.fail({
    op: 'start',
    expected: `a ping to ${name}, which is suspect, in its turn.`,
    got: `${order.length} pings, none of them to it.`,
    hint: 'do you leave out only those that are dead? A ping tells a suspect that it is one, and so it can refute.',
  })
}

/** Three of all that are alive: not the same ones for each member that does not answer. */
function expectRandomRelays(t: CheckContext, seen: readonly Seen[]): void {
  const asked = seen.filter(({ message }) => message.type === 'ping-req')
  const rounds = new Set(asked.map(({ message }) => message.type === 'ping-req' && message.seq)).size
  const relays = new Set(asked.map(({ member }) => member.name.split('-')[0]))
  // Of 30 members, 8 times 3 are at most 6 in one of 10¹³ cases.
  if (rounds < 8 || relays.size > 6) return
  t.fail({
    op: 'start',
    expected: `that random others are asked to ping each member that does not answer.`,
    got: `ping-reqs to ${[...relays].join(', ')} in all of ${rounds} rounds.`,
    hint: 'do you pick the three anew in each round, at random? If they are always the same, a fault in their part of the network decides for all.',
  })
}

/** The program's laps began before the checker looked: so they begin at any of the first pings. */
function expectLaps(t: CheckContext, order: readonly string[], lap: number): void {
  const isLap = (names: readonly string[]) => new Set(names).size === names.length
  const isInLaps = (offset: number) => {
    if (!isLap(order.slice(0, offset))) return false
    for (let at = offset; at < order.length; at += lap) if (!isLap(order.slice(at, at + lap))) return false
    return true
  }
  const got = said(order.map(name => name.split('-')[0]).join(' '))
  if (![...Array(lap).keys()].some(isInLaps)) {
    t.fail({
      op: 'start',
      expected: `that everyone is pinged once, before anyone is pinged again: in laps of ${lap}.`,
      got,
      hint: 'do you go through the members in random order, and make a new one only when everyone has had its turn, whatever news come? Else a failure can stay unnoticed for long.',
    })
  }
  if (order.some((name, i) => i >= lap && order[i - lap] !== name)) return
  t.fail({
    op: 'start',
    expected: 'another order in each lap.',
    got,
    hint: 'do you shuffle the members again after each lap? Else everyone pings in the same order, and meets the same members at the same time.',
  })
}
