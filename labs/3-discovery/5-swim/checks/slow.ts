/** Members that look dead for a moment, and are not. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { introduce, openGroup, type Group, type Played, type Seen } from './group.ts'
import { due, watchLag } from './lag.ts'
import { shown } from './words.ts'

/** Of each of the two members that look dead. */
const PROBES = 1
const LONG = 40

export const slow: Check = t =>
  withTime(t, async (ms, program) => {
    const rules = { periodMs: ms / 2, timeoutMs: Math.floor(ms / 8), suspicionMs: 600_000 }
    /** When the ack left, of each ping: it is in time only as long as the round is not over. */
    let latest = 0
    const pings = new Map<Played, Seen[]>()
    const helped = new Set<Seen>()
    const group = await openGroup(t, {
      size: 5,
      program,
      rules,
      async receive(seen, own) {
        const { member, message } = seen
        const [cut, late] = own.members as [Played, Played]
        if (message.type === 'ping') pings.set(member, [...(pings.get(member) ?? []), seen])
        if (message.type === 'ping' && (member === cut || member === late)) return
        if (message.type !== 'ping-req') return own.react(seen)
        const ping = [cut, late]
          .flatMap(one => pings.get(one) ?? [])
          .find(({ message: asked }) => asked.type === 'ping' && asked.seq === message.seq)
        if (!ping || helped.has(ping)) return
        helped.add(ping)
        latest = Math.max(latest, performance.now() - ping.at)
        // The first is reached by relays only; the second one answers itself, when the program has begun to ask others.
        const answering = ping.member === cut ? member : ping.member
        await own.send(answering, { type: 'ack', seq: message.seq, from: answering.name, updates: [] })
      },
    })
    const [cut, late, ...healthy] = group.members as [Played, Played, ...Played[]]
    await introduce(t, group)
    const lag = watchLag(t, program)
    const probed = (member: Played) => pings.get(member)?.length ?? 0
    const situation = `Only relays reach ${cut.name}. ${late.name} answers pings itself, but after timeoutMs.`
    t.doing(situation)
    const all = () => probed(cut) > PROBES && probed(late) > PROBES
    await due(program, lag, group.next(all), {
      ms: LONG * rules.periodMs,
      bearsMs: rules.timeoutMs / 2,
      late: () => failUnprobed(t, probed(cut), probed(late)),
    })
    const table = await group.table()
    const busy = lag.longest() > rules.timeoutMs / 2 || latest > 0.7 * rules.periodMs
    for (const member of [cut, late]) {
      const got = table.get(member.name)
      const suspected = group.events.all.find(({ node, state }) => node === member.name && state !== 'alive')
      if (!suspected && got?.state === 'alive') continue
      if (busy) throw new TooBusy()
      t.fail({
        op: 'start',
        expected: `that ${member.name} stays alive: an ack with the seq of each ping came before periodMs was over, ${member === cut ? 'from a relay' : 'late, but from the member itself'}.`,
        got: `${shown(suspected ?? group.update(member, got?.state))}.`,
        hint: askedNobody(group, member)
          ? 'when no ack has come after timeoutMs, do you ask three others with a ping-req, before you suspect anyone?'
          : 'does any ack with the seq of your ping count until the end of the round, from the member or from a relay?',
      })
    }
    for (const member of [cut, late]) {
      const first = pings.get(member)!.slice(0, PROBES)
      if (first.every(ping => helped.has(ping))) continue
      if (busy) throw new TooBusy()
      t.fail({
        op: 'start',
        expected: `a ping-req about ${member.name} to others, when no ack has come after timeoutMs.`,
        got: 'none with the seq of its ping.',
        hint: 'do you ask three others with a ping-req, before you suspect anyone?',
      })
    }
    expectNoHurry(t, group, healthy, busy)
  })

function failUnprobed(t: CheckContext, ...probes: number[]): never {
  return t.fail({
    op: 'start',
    expected: `a ping to each member in its turn, ${PROBES + 1} to each.`,
    got: `${probes.join(' and ')} to the two of which this check is.`,
    hint: 'do you begin a round every periodMs milliseconds, and go through all members, in each lap once?',
  })
}

const askedNobody = ({ seen }: Group, member: Played): boolean =>
  !seen.some(({ message }) => message.type === 'ping-req' && message.target === member.name)

/** Whoever has answered at once needs no relays. */
function expectNoHurry(t: CheckContext, group: Group, healthy: readonly Played[], busy: boolean): void {
  const rounds = group.seen.filter(
    ({ member, message }) => message.type === 'ping' && healthy.includes(member),
  )
  const asked = rounds.filter(({ message: ping }) =>
    group.seen.some(
      ({ message }) => message.type === 'ping-req' && ping.type === 'ping' && message.seq === ping.seq,
    ),
  )
  if (asked.length === 0 || asked.length < rounds.length) return
  if (busy) throw new TooBusy()
  t.fail({
    op: 'start',
    expected: 'no ping-req about members that have answered before timeoutMs was over.',
    got: `a ping-req in each of ${rounds.length} such rounds.`,
    hint: 'do you ask others only if no ack has come after timeoutMs?',
  })
}
