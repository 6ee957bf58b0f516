/** What becomes of suspects: they refute, or they die; and who is dead comes back. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import { introduce, openGroup, STILL, type Group, type Played } from './group.ts'
import { due, watchLag, type Lag } from './lag.ts'
import type { Noted } from './event-log.ts'
import { isSame, said, shown, shownAll } from './words.ts'

/** A timer may be early by a millisecond or two (Windows: by a tick of its clock). */
const EARLY_MS = process.platform === 'win32' ? 16 : 3
/** So often a dead member is told that it is, which is more often than news are passed on. */
const TOLD = 6

export const suspicion: Check = t =>
  withTime(t, async (ms, program) => {
    const suspicionMs = (3 * ms) / 5
    const rules = { ...STILL, suspicionMs, timeoutMs: Math.floor(suspicionMs / 4) }
    const group = await openGroup(t, { size: 8, program, rules, receive() {} })
    await introduce(t, group)
    const lag = watchLag(t, program)
    const [sender, refuting, again, repeated, dying] = group.members as [
      Played,
      Played,
      Played,
      Played,
      Played,
    ]
    const suspects = [refuting, again, repeated, dying]

    const started = performance.now()
    await group.tell(
      sender,
      suspects.map(member => group.update(member, 'suspect')),
    )
    t.doing(`Your program heard that ${suspects.length} members are suspect. suspicionMs is ${suspicionMs}.`)
    const { updates: warning } = await group.tell(refuting)
    if (!warning.some(update => isSame(update, group.update(refuting, 'suspect')))) {
      // It may be dead by then.
      if (performance.now() - started > 0.9 * suspicionMs) throw new TooBusy()
      t.fail({
        op: 'start',
        did: `Your program heard that ${refuting.name} is suspect. Then ${refuting.name} sent a ping.`,
        expected: `${shown(group.update(refuting, 'suspect'))}, in the ack to it.`,
        got: `${shownAll(warning)}.`,
        hint: 'does each datagram to a member that you have as suspect tell it so? Else it cannot refute.',
      })
    }
    refuting.incarnation++
    await group.tell(refuting, [group.update(refuting)])
    t.doing(`${refuting.name} was suspect, and refuted in time, with a greater incarnation.`)

    await pause(Math.max(0, suspicionMs / 2 - (performance.now() - started)))
    const suspectedAgain = performance.now()
    again.incarnation++
    await group.tell(sender, [group.update(again), group.update(again, 'suspect')])
    // The first suspicions must not have run out yet, or the second one is another story.
    if (performance.now() - started > 0.9 * suspicionMs) throw new TooBusy()

    let over = false
    const repeat = async () => {
      while (!over) {
        await group.send(sender, {
          type: 'ping',
          seq: 0,
          from: sender.name,
          target: group.name,
          updates: [group.update(repeated, 'suspect')],
        })
        await pause(suspicionMs / 5)
      }
    }
    const repeating = repeat()
    try {
      t.doing(`Your program heard that ${dying.name} is suspect, and nothing more of it.`)
      const died = await expectDead(t, group, lag, dying, DIES)
      expectNotBefore(t, died, started, suspicionMs)
      t.doing(
        `Your program heard again and again that ${repeated.name} is suspect, with the same incarnation.`,
      )
      await expectDead(
        t,
        group,
        lag,
        repeated,
        'the same suspicion once more wins over nothing, so it must not start the time anew: as long as copies of it are on their way, nobody would ever die.',
      )
      t.doing(
        `${again.name} was suspect, refuted after half of suspicionMs, and was suspected again at once, with its new incarnation.`,
      )
      const diedAgain = await expectDead(t, group, lag, again, DIES)
      expectNotBefore(t, diedAgain, suspectedAgain, suspicionMs)
      // Its first suspicion began with that of the other, and is over when that one is: in a program that was late by half of suspicionMs, either may have killed it.
      if (diedAgain.at - died.at < suspicionMs / 4) throw new TooBusy()
    } finally {
      over = true
    }
    await repeating
    expectAlive(t, group, refuting, await group.table())
    await comeBack(t, group, dying)
  })

const DIES =
  'does each suspicion that wins, also one that you only heard of, start its own suspicionMs milliseconds?'

async function expectDead(
  t: CheckContext,
  group: Group,
  lag: Lag,
  member: Played,
  hint: string,
): Promise<Noted> {
  const { suspicionMs, timeoutMs } = group.rules
  const expected = group.update(member, 'dead')
  const found = await due(
    group.program,
    lag,
    group.events.next(({ node, state }) => node === member.name && state === 'dead'),
    {
      ms: 4 * suspicionMs,
      bearsMs: timeoutMs / 2,
      late: () =>
        t.fail({
          op: 'start',
          expected: `the event member: ${shown(expected)}, suspicionMs after the suspicion.`,
          got: `no such event in ${4 * suspicionMs} ms.`,
          hint,
        }),
    },
  )
  if (isSame(found, expected)) return found
  return t.fail({
    op: 'start',
    expected: `the event member: ${shown(expected)}.`,
    got: `${shown(found)}.`,
    hint: 'a death has the incarnation of the suspicion that has run out. If the member has refuted since, it is not dead.',
  })
}

/** Both times are of the checker's own: the program cannot have had less. */
function expectNotBefore(t: CheckContext, { node, at }: Noted, since: number, suspicionMs: number): void {
  const took = at - since
  if (took >= suspicionMs - EARLY_MS) return
  t.fail({
    op: 'start',
    expected: `that ${node} has suspicionMs, ${suspicionMs} ms, to refute.`,
    got: `dead ${Math.round(took)} ms after the checker sent the suspicion.`,
    hint: 'is a suspect dead only after suspicionMs milliseconds of this suspicion? One that was refuted says nothing about the next one.',
  })
}

function expectAlive(
  t: CheckContext,
  group: Group,
  member: Played,
  table: Awaited<ReturnType<Group['table']>>,
): void {
  const died = group.events.all.find(({ node, state }) => node === member.name && state === 'dead')
  const got = table.get(member.name)
  if (!died && isSame(got, group.update(member))) return
  t.fail({
    op: 'start',
    did: `${member.name} was suspect, and refuted in time, with incarnation ${member.incarnation}. Then suspicionMs went by.`,
    expected: `${shown(group.update(member))}.`,
    got: died ? `the event member: ${shown(died)}.` : said(got),
    hint: 'when the time of a suspicion is over, do you look whether the member is still suspect, with the same incarnation?',
  })
}

/** It restarts, or its network is back: it learns that it is dead, and raises its incarnation. */
async function comeBack(t: CheckContext, group: Group, member: Played): Promise<void> {
  const dead = group.update(member, 'dead')
  t.doing(
    `${member.name} is dead for your program, and sends pings: the group was wrong, or it is there again.`,
  )
  for (let i = 1; i <= TOLD; i++) {
    const { updates } = await group.tell(member, [group.update(member)])
    if (updates.some(update => isSame(update, dead))) continue
    t.fail({
      op: 'start',
      expected: `${shown(dead)}, in each ack to ${member.name}.`,
      got: `${shownAll(updates)}, in ack number ${i}.`,
      hint: 'does each datagram to a member that you have as dead tell it so, however often you have passed it on? Only so it learns which incarnation it has to beat.',
    })
  }
  const old = (await group.table()).get(member.name)
  if (!isSame(old, dead)) {
    t.fail({
      op: 'members',
      expected: `${shown(dead)}, as long as nothing greater comes: its pings said alive with the old incarnation.`,
      got: said(old),
      hint: 'that a member sends you something does not override anything: only a greater incarnation does.',
    })
  }
  member.incarnation++
  const from = group.events.all.length
  const { updates } = await group.tell(member, [group.update(member)])
  t.doing(
    `${member.name} was dead for your program. Then it sent alive with incarnation ${member.incarnation}.`,
  )
  const got = (await group.table()).get(member.name)
  const told = group.events.all.slice(from).some(event => isSame(event, group.update(member)))
  if (!isSame(got, group.update(member)) || !told) {
    t.fail({
      op: 'members',
      expected: `${shown(group.update(member))}, and an event member that says so.`,
      got: isSame(got, group.update(member)) ? 'no such event.' : said(got),
      hint: 'a greater incarnation wins over a death, too: so a member comes back after a restart.',
    })
  }
  if (!updates.some(({ node, state }) => node === member.name && state !== 'alive')) return
  t.fail({
    op: 'start',
    expected: `no update that says that ${member.name} is dead any more.`,
    got: `${shownAll(updates)}.`,
    hint: 'does a newer update replace the older one about the same member that you still pass on?',
  })
}
