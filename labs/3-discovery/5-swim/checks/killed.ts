/** Members that do not answer. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { count } from '../../../check/kit/finding.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import type { Program } from '../../../check/engine/program.ts'
import type { SwimMessage } from '../../../exercise/swim-message.ts'
import { introduce, openGroup, type Group, type Played, type Seen } from './group.ts'
import { due, unlessBusy, watchLag, type Lag } from './lag.ts'
import { isSame, shown, shownMessage } from './words.ts'

/** Others that are asked: the text says so. */
const RELAYS = 3
/** One more than are asked, so that not all are, and the victim. */
const SIZE = RELAYS + 3
/** In periods: much longer than two laps of such a group. */
const LONG = 40

export interface Hunt {
  group: Group
  lag: Lag
  victim: Played
  /** From this datagram on, the victim is not there. */
  from: number
}

/** A group whose victim answers its first ping, and none from then on. */
async function hunt(t: CheckContext, program: Program, ms: number, size: number): Promise<Hunt> {
  const rules = { periodMs: ms / 8, timeoutMs: Math.floor(ms / 20), suspicionMs: ms / 2 }
  let gone = false
  const answered = Promise.withResolvers<void>()
  const group = await openGroup(t, {
    size,
    program,
    rules,
    async receive(seen, own) {
      const victim = own.members[0]!
      if (!gone || seen.member !== victim) await own.react(seen, gone ? [victim] : [])
      if (gone || seen.member !== victim || seen.message.type !== 'ping') return
      gone = true
      answered.resolve()
    },
  })
  const victim = group.members[0]!
  await introduce(t, group)
  const lag = watchLag(t, program)
  t.doing(`A group of ${size}, in which all members answer. periodMs is ${rules.periodMs}.`)
  await due(program, lag, answered.promise, {
    ms: LONG * rules.periodMs,
    bearsMs: rules.timeoutMs / 2,
    late: () =>
      t.fail({
        op: 'start',
        expected: `a ping to each of the ${size - 1} other members in its turn, also to ${victim.name}.`,
        got: pinged(group),
        hint: 'do you begin a round every periodMs milliseconds, and go through all members?',
      }),
  })
  return { group, lag, victim, from: group.seen.length }
}

function pinged({ seen, members }: Group): string {
  const all = new Set(seen.filter(({ message }) => message.type === 'ping').map(({ member }) => member.name))
  return all.size === 0 ? 'no ping to anybody.' : `pings to ${all.size} of ${members.length} members.`
}

/** Suspect, and then dead, with the victim's incarnation. */
async function expectFound(t: CheckContext, { group, lag, victim }: Hunt, hint: string): Promise<void> {
  const { periodMs, timeoutMs, suspicionMs } = group.rules
  for (const state of ['suspect', 'dead'] as const) {
    const expected = group.update(victim, state)
    const event = await due(
      group.program,
      lag,
      group.events.next(({ node, state: told }) => node === victim.name && told !== 'alive'),
      {
        ms: LONG * periodMs + suspicionMs,
        bearsMs: timeoutMs / 2,
        late: () =>
          t.fail({
            op: 'start',
            expected: `the event member: ${shown(expected)}.`,
            got: 'no such event.',
            hint,
          }),
      },
    )
    const found = state === 'suspect' ? event : await deadEvent(t, { group, lag, victim }, hint)
    if (isSame(found, expected)) continue
    unlessBusy(lag, timeoutMs / 2, () =>
      t.fail({
        op: 'start',
        expected: `the event member: ${shown(expected)}.`,
        got: `${shown(found)}.`,
        hint:
          found.state === state
            ? 'a suspicion and a death have the incarnation that you know. Only the member itself raises it.'
            : 'a member that does not answer is suspect first, and dead only after suspicionMs: it may still refute.',
      }),
    )
  }
}

const deadEvent = (
  t: CheckContext,
  { group, lag, victim }: Pick<Hunt, 'group' | 'lag' | 'victim'>,
  hint: string,
) =>
  due(
    group.program,
    lag,
    group.events.next(({ node, state }) => node === victim.name && state === 'dead'),
    {
      ms: 4 * group.rules.suspicionMs,
      bearsMs: group.rules.timeoutMs / 2,
      late: () =>
        t.fail({
          op: 'start',
          expected: `the event member: ${shown(group.update(victim, 'dead'))}, suspicionMs (${group.rules.suspicionMs}) after it became suspect.`,
          got: 'no such event.',
          hint,
        }),
    },
  )

export const killed: Check = t =>
  withTime(t, async (ms, program) => {
    const found = await hunt(t, program, ms, SIZE)
    const { group, lag, victim, from } = found
    t.doing(`${victim.name} answered a ping, and then it was killed.`)
    await expectFound(t, found, 'does a member become suspect when no ack has come by the end of the round?')
    await group.tell(group.members[1]!)
    const later = group.seen.slice(from)
    // They are asked all at once. A late program may suspect its victim before it asks, or suspect others, too, and so ask fewer.
    const suspectsOthers = group.events.all.some(
      ({ node, state }) => node !== victim.name && state !== 'alive',
    )
    if (relaysOf(victim, later).asked.length > 0 && !suspectsOthers) expectRelays(t, victim, later)
    else unlessBusy(lag, group.rules.timeoutMs / 2, () => expectRelays(t, victim, later))
    for (const state of ['suspect', 'dead'] as const) {
      const expected = group.update(victim, state)
      t.doing(`${victim.name} was killed, and your program found out.`)
      await due(
        program,
        lag,
        group.next(({ message: { updates } }) => updates.some(update => isSame(update, expected)), from),
        {
          ms: LONG * group.rules.periodMs,
          bearsMs: group.rules.timeoutMs / 2,
          late: () =>
            t.fail({
              op: 'start',
              expected: `${shown(expected)}, in datagrams to other members.`,
              got: 'no datagram with it.',
              hint: 'do you pass on what you find out yourself, as any other update?',
            }),
        },
      )
    }
    // Two laps of the others at most, and every one of them would have had a place for the victim.
    // What was sent to it before that may still have to be read.
    await group.tell(group.members[1]!)
    const dead = group.seen.length
    let pings = 0
    t.doing(
      `${victim.name} was killed, and is dead for your program. Then ${2 * group.members.length} rounds went by.`,
    )
    await due(
      program,
      lag,
      group.next(({ message: { type } }) => type === 'ping' && ++pings >= 2 * group.members.length, dead),
      {
        ms: 3 * LONG * group.rules.periodMs,
        bearsMs: group.rules.timeoutMs / 2,
        late: () =>
          t.fail({
            op: 'start',
            expected: 'a ping to one of the other members in each round.',
            got: `${count(pings, 'ping')}.`,
            hint: 'do you skip dead members, and go on with the next one?',
          }),
      },
    )
    await group.tell(group.members[1]!)
    if (!group.seen.slice(dead).some(({ member, message }) => member === victim && message.type === 'ping'))
      return
    t.fail({
      op: 'start',
      expected: `no ping to ${victim.name}, which is dead.`,
      got: 'a ping.',
      hint: 'do you leave dead members out of the rounds? Else they cost a round each, for ever.',
    })
  })

/** The first ping to the victim, and the ping-reqs that belong to it. */
function relaysOf(victim: Played, later: readonly Seen[]) {
  const found = later.find(({ member, message }) => member === victim && message.type === 'ping')
  const ping = found?.message.type === 'ping' ? found.message : undefined
  const asked = later.filter(
    ({ message }) =>
      message.type === 'ping-req' && message.seq === ping?.seq && message.target === victim.name,
  )
  return { ping, asked }
}

/** Of the ping that was not answered. */
function expectRelays(t: CheckContext, victim: Played, later: readonly Seen[]): void {
  const { ping, asked } = relaysOf(victim, later)
  if (!ping) {
    return t.fail({
      op: 'start',
      expected: `a ping to ${victim.name}, before it becomes suspect.`,
      got: 'no ping since it was killed.',
      hint: 'do you wait for the ack of each ping for a whole round?',
    })
  }
  const relays = new Set(asked.map(({ member }) => member.name))
  if (asked.length !== RELAYS || relays.size !== RELAYS || relays.has(victim.name)) {
    const other = later.find(({ message }) => message.type === 'ping-req')
    t.fail({
      op: 'start',
      expected: `a ping-req with the seq of the ping, ${ping.seq}, and the target ${victim.name}, to ${RELAYS} others.`,
      got:
        asked.length > 0
          ? `${count(asked.length, 'ping-req')}, to ${[...relays].join(', ')}.`
          : other
            ? `other ones only: ${shownMessage(other.message)}`
            : 'no ping-req.',
      hint: 'when no ack has come after timeoutMs, do you ask three different others to ping the member for you? Its packets may be lost only on the way to you.',
    })
  }
  const wrong = asked.find(({ message }) => message.type === 'ping-req' && message.address !== victim.address)
  if (!wrong) return
  t.fail({
    op: 'start',
    expected: `a ping-req with the address of its target, ${victim.address}.`,
    got: shownMessage(wrong.message),
    hint: 'the address in a ping-req is where the target listens: the relay need not know it.',
  })
}

const TALKS =
  'does only an ack with the seq of your ping count? A member that sends pings, and even old acks, may not receive anything.'

/** It sends, and receives nothing: nobody reaches it. */
export const halfOpen: Check = t =>
  withTime(t, async (ms, program) => {
    const found = await hunt(t, program, ms, 5)
    const { group, victim, from } = found
    const old = group.seen.find(({ member, message }) => member === victim && message.type === 'ping')!
    t.doing(
      `From ${victim.name}, pings and copies of an old ack reach your program, but nothing reaches ${victim.name}.`,
    )
    let over = false
    const talk = async () => {
      for (let seq = 1; !over; seq++) {
        const common = { from: victim.name, updates: [group.update(victim)] }
        if (old.message.type === 'ping')
          await group.send(victim, { type: 'ack', seq: old.message.seq, ...common })
        await group.send(victim, { type: 'ping', seq, target: group.name, ...common })
        await pause(group.rules.periodMs / 5)
      }
    }
    const talking = talk()
    try {
      await expectFound(t, found, TALKS)
    } finally {
      over = true
    }
    await talking
    // To one socket, datagrams come in the order in which they were sent: after its last ping as a member that is alive, and before it was suspect.
    const unsuspecting = group.seen
      .slice(from)
      .filter(({ member, message }) => member === victim && !isSuspicious(message, victim))
      .map(({ message }) => message.type)
      .filter(type => type === 'ping' || type === 'ack')
    const heard = unsuspecting.slice(unsuspecting.lastIndexOf('ping') + 1)
    // Of two pings that it answered, the second came behind an old ack. Otherwise it has not talked while the program waited, and nothing is proven.
    if (!unsuspecting.includes('ping') || heard.length < 2) throw new TooBusy()
  })

const isSuspicious = ({ updates }: SwimMessage, { name }: Played): boolean =>
  updates.some(({ node, state }) => node === name && state !== 'alive')
