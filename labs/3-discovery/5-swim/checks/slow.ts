/** Members that look dead for a moment, and are not. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { introduce, openGroup, type Group, type Played, type Seen } from './group.ts'
import { due, watchLag, type Lag } from './lag.ts'
import { shown } from './words.ts'

const LONG = 40
/** Longer than twice timeoutMs after the ping, by so much: whoever gives the relays timeoutMs has suspected then. */
const MARGIN_MS = 6
/** In periods: an ack that leaves then comes in time. */
const IN_TIME = 0.8

interface Slow {
  group: Group
  lag: Lag
  /** Answers pings itself, but late. */
  late: Played
  /** Only relays reach it. */
  cut: Played
  /** Answers pings at once. */
  healthy: Played
  /** The same, but it is suspect, and does not refute. */
  suspect: Played
  /** Pings from the program. */
  pings(member?: Played): Seen[]
  /** Whether the machine was too slow for the time-outs. */
  busy(): boolean
}

export const slow: Check = t =>
  withTime(t, async (ms, program) => {
    const rules = { periodMs: (7 * ms) / 20, timeoutMs: Math.floor(ms / 10), suspicionMs: 600_000 }
    const lag = watchLag(t, program)
    /** How long the acks took at most. */
    let latest = 0
    const answer = async (from: Played, { message, port }: Seen, ping: Seen) => {
      await pause(Math.max(0, ping.at + 2 * rules.timeoutMs + MARGIN_MS - performance.now()))
      latest = Math.max(latest, performance.now() - ping.at)
      if (message.type === 'ping' || message.type === 'ping-req')
        await group.send(from, { type: 'ack', seq: message.seq, from: from.name, updates: [] }, port)
    }
    const group: Group = await openGroup(t, {
      size: 5,
      program,
      rules,
      async receive(seen, { members, seen: all }) {
        const { member, message } = seen
        const [late, cut] = members
        if (message.type === 'ping' && member === late) return answer(member, seen, seen)
        if (message.type === 'ping' && member !== cut) return answerAtOnce(group, seen)
        if (message.type !== 'ping-req' || member === cut) return
        const ping = all.find(one => one.member === cut && isPing(one) && seqOf(one) === seqOf(seen))
        if (ping) await answer(member, seen, ping)
      },
    })
    const [late, cut, healthy, suspect] = group.members as [Played, Played, Played, Played]
    const pings = (member?: Played) =>
      group.seen.filter(seen => isPing(seen) && (!member || seen.member === member))
    const busy = () => lag.longest() > rules.timeoutMs / 2 || latest > IN_TIME * rules.periodMs
    const all: Slow = { group, lag, late, cut, healthy, suspect, pings, busy }
    await alone(t, all)
    await amongOthers(t, all)
    expectRelays(t, all)
    expectNoHurry(t, all)
  })

const isPing = ({ message }: Seen): boolean => message.type === 'ping'

const seqOf = ({ message }: Seen): number | undefined => ('seq' in message ? message.seq : undefined)

async function answerAtOnce(group: Group, { member, message, port }: Seen): Promise<void> {
  if (message.type !== 'ping') return
  await group.send(member, { type: 'ack', seq: message.seq, from: member.name, updates: [] }, port)
}

/** A group of two, where there is nobody to ask. */
async function alone(t: CheckContext, slow: Slow): Promise<void> {
  const { group, late } = slow
  await introduce(t, group, [late])
  t.doing(
    `Your program knows only ${late.name}, which answers pings after timeoutMs, but before the round is over.`,
  )
  await expectPings(t, slow, () => slow.pings().length > 1, [late])
  await expectAlive(t, slow, late, () => [
    'late, but before the round was over',
    'does any ack with the seq of your ping count until the end of the round, also when there is nobody whom you could ask to ping the member?',
  ])
  // A program that got to run only then has read the ack before its timer fired: that it did not suspect anybody proves nothing.
  if (slow.lag.longest() > group.rules.timeoutMs) throw new TooBusy()
}

async function amongOthers(t: CheckContext, slow: Slow): Promise<void> {
  const { group, late, cut, healthy, suspect, pings } = slow
  await group.tell(late, [group.update(cut), group.update(healthy), group.update(suspect, 'suspect')])
  t.doing(
    `Your program knows four members. Only others reach ${cut.name}. ${late.name} answers pings itself, but after timeoutMs. ${healthy.name} answers at once, and so does ${suspect.name}, which is suspect.`,
  )
  // The round of the one that is cut off is over when the second ping after it comes; and of one of the others that answer at once.
  const isDone = () => {
    const sent = pings().map(({ member }) => member)
    const first = sent.indexOf(cut)
    const isPrompt = (member: Played) => member === healthy || member === suspect
    return first >= 0 && sent.length > first + 2 && sent.slice(0, -1).some(isPrompt)
  }
  await expectPings(t, slow, isDone, [cut, healthy, suspect])
  const anyAck =
    'does any ack with the seq of your ping count until the end of the round, from the member or from a relay?'
  await expectAlive(t, slow, late, () => ['late, but from the member itself', anyAck])
  await expectAlive(t, slow, cut, () => [
    'from a relay, and before the round was over',
    relaysOf(slow).length === 0
      ? 'when no ack has come after timeoutMs, do you ask three others with a ping-req, before you suspect anyone?'
      : anyAck,
  ])
  await expectAlive(t, slow, healthy, () => ['at once, from the member itself', anyAck])
}

async function expectPings(
  t: CheckContext,
  { group, lag, pings }: Slow,
  isDone: () => boolean,
  to: Played[],
) {
  const { periodMs, timeoutMs } = group.rules
  await due(group.program, lag, group.next(isDone), {
    ms: LONG * periodMs,
    bearsMs: timeoutMs / 2,
    late: () =>
      t.fail({
        op: 'start',
        expected: `a ping in each round, to each member in its turn, also to ${to.map(({ name }) => name).join(', ')}.`,
        got: `pings to ${[...new Set(pings().map(({ member }) => member.name))].join(', ') || 'nobody'}.`,
        hint: 'do you begin a round every periodMs milliseconds, and go through all members, in each lap once?',
      }),
  })
}

async function expectAlive(
  t: CheckContext,
  { group, busy }: Slow,
  member: Played,
  words: () => [how: string, hint: string],
): Promise<void> {
  const got = (await group.table()).get(member.name)
  const suspected = group.events.all.find(({ node, state }) => node === member.name && state !== 'alive')
  if (!suspected && got?.state === 'alive') return
  if (busy()) throw new TooBusy()
  const [how, hint] = words()
  t.fail({
    op: 'start',
    expected: `that ${member.name} stays alive: an ack with the seq of each ping came ${how}.`,
    got: `${shown(suspected ?? group.update(member, got?.state))}.`,
    hint,
  })
}

/** The ping-reqs about the one that is cut off, in its first round. */
function relaysOf({ group, pings, cut }: Slow): Seen[] {
  const seq = seqOf(pings(cut)[0]!)
  return group.seen.filter(seen => seen.message.type === 'ping-req' && seqOf(seen) === seq)
}

/** Fewer than three others are alive. */
function expectRelays(t: CheckContext, slow: Slow): void {
  const { late, cut, healthy, suspect, busy } = slow
  const asked = relaysOf(slow).map(({ member }) => member)
  const isRight = asked.length === 2 && asked.includes(late) && asked.includes(healthy)
  if (isRight) return
  if (busy()) throw new TooBusy()
  t.fail({
    op: 'start',
    expected: `a ping-req about ${cut.name} to both others that are alive, ${late.name} and ${healthy.name}, when no ack has come after timeoutMs.`,
    got:
      asked.length === 0
        ? 'none with the seq of its ping.'
        : `ping-reqs to ${asked.map(({ name }) => name).join(', ')}.`,
    hint: asked.includes(suspect)
      ? 'do you ask only others that are alive? A suspect may not be there any more, and then it helps nobody.'
      : 'do you ask three others with a ping-req, or all that are alive, if they are fewer, before you suspect anyone?',
  })
}

/** Whoever has answered at once needs no relays. */
function expectNoHurry(t: CheckContext, { group, healthy, suspect, pings, busy }: Slow): void {
  const rounds = [healthy, suspect].flatMap(member => pings(member))
  const asked = rounds.filter(ping =>
    group.seen.some(seen => seen.message.type === 'ping-req' && seqOf(seen) === seqOf(ping)),
  )
  if (asked.length === 0 || asked.length < rounds.length) return
  if (busy()) throw new TooBusy()
  t.fail({
    op: 'start',
    expected: 'no ping-req about members that have answered before timeoutMs was over.',
    got: `a ping-req in each of ${rounds.length} such rounds.`,
    hint: 'do you ask others only if no ack has come after timeoutMs?',
  })
}
