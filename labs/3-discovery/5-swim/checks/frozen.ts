/** A program that stands still for longer than its time-outs, while all answers arrive in its socket. */
import type { Check } from '../../../check/kit/check.ts'
import { pause } from '../../../check/kit/deadline.ts'
import { TooBusy, withTime } from '../../../check/kit/patience.ts'
import exercise from '../exercise.ts'
import { introduce, openGroup, type Played, type Seen } from './group.ts'
import { due, watchLag } from './lag.ts'
import { shown } from './words.ts'

const { freeze } = exercise.ops

/** Of what `freeze` was told. */
const NEARLY = 0.9

export const frozen: Check = t =>
  withTime(t, async (ms, program) => {
    const freezeMs = (3 * ms) / 5
    const rules = { periodMs: freezeMs / 4, timeoutMs: Math.floor(freezeMs / 8), suspicionMs: freezeMs / 4 }
    const probe = Promise.withResolvers<Seen>()
    let isHeld = false
    let introduced = false
    const group = await openGroup(t, {
      size: 5,
      program,
      rules,
      async receive(seen, own) {
        const isProbe =
          introduced && !isHeld && seen.message.type === 'ping' && seen.member !== own.members[0]
        if (!isProbe) return seen.member === own.members[0] && isHeld ? undefined : own.react(seen)
        isHeld = true
        probe.resolve(seen)
      },
    })
    await introduce(t, group)
    introduced = true
    const lag = watchLag(t, program)
    t.doing(`A group of 5 is at rest. periodMs is ${rules.periodMs}.`)
    const ping = await due(program, lag, probe.promise, {
      ms: 40 * rules.periodMs,
      bearsMs: rules.timeoutMs / 2,
      late: () =>
        t.fail({
          op: 'start',
          expected: 'a ping to one of the members.',
          got: 'none.',
          hint: 'do you begin a round every periodMs milliseconds?',
        }),
    })
    const [lost, ...others] = group.members.filter(member => member !== ping.member) as [Played, ...Played[]]
    const [sender, refuting] = others as [Played, Played]
    await group.tell(sender, [group.update(refuting, 'suspect'), group.update(lost, 'suspect')])
    // From here on its time-outs run: they must run out while it stands still, and not before.
    if (performance.now() - ping.at > rules.timeoutMs) throw new TooBusy()
    const called = performance.now()
    const thawed = t.call(freeze, { ms: freezeMs }, { program, ms: freezeMs + 15_000 })
    thawed.catch(() => {})
    const returned = thawed.then(() => performance.now())
    returned.catch(() => {})
    // A program that was late to stand still would read them right behind the command, before its timers.
    await pause(freezeMs / 2)
    const from = group.seen.length
    // All that it waits for arrives, and stays in its socket.
    if (ping.message.type === 'ping')
      await group.send(ping.member, {
        type: 'ack',
        seq: ping.message.seq,
        from: ping.member.name,
        updates: [],
      })
    refuting.incarnation++
    const proof = group.tell(sender, [group.update(refuting)])
    const answeredAt = group
      .next(({ member, message }) => member === sender && message.type === 'ack', from)
      .then(({ at }) => at)
    proof.catch(() => {})
    t.doing(
      `Your program had pinged ${ping.member.name}, and ${refuting.name} and ${lost.name} were suspect, when the checker called freeze with ${freezeMs} ms. Meanwhile, the ack and a refutation of ${refuting.name} arrived.`,
    )
    const back = await returned
    lag.restart()
    if (back - called < freezeMs - 20) {
      t.fail({
        op: freeze.name,
        expected: `that freeze takes ${freezeMs} ms.`,
        got: `its result after ${Math.round(back - called)} ms.`,
        hint: 'is freeze as it was in the beginning?',
      })
    }
    // It stood still so late that its time-outs may have run out before, or that it may have taken the answers before it looked at its timers.
    if (back - freezeMs - ping.at > rules.timeoutMs) throw new TooBusy()
    const answered = await Promise.race([answeredAt, proof.then(() => answeredAt)])
    if (answered - called < NEARLY * freezeMs) {
      // It had answered before it stood still, or it did not stand still.
      if (back - answered > NEARLY * freezeMs) throw new TooBusy()
      t.fail({
        op: freeze.name,
        expected: 'that nothing happens in your program while it stands still.',
        got: 'an ack.',
        hint: 'freeze stops the whole program, not only the op. In TypeScript, it is done already.',
      })
    }
    await proof
    await due(
      program,
      lag,
      group.events.next(({ node, state }) => node === lost.name && state === 'dead'),
      {
        ms: 40 * rules.periodMs,
        bearsMs: rules.timeoutMs / 2,
        late: () =>
          t.fail({
            op: 'start',
            expected: `that ${lost.name} is dead in the end, because it has not refuted.`,
            got: 'no such event.',
            hint: 'do you let a timer run once more if it was late? If you drop it, nobody is declared dead any more.',
          }),
      },
    )
    await group.table()
    for (const { name } of [ping.member, refuting]) {
      const wrong = group.events.all.find(
        ({ node, state, incarnation }) =>
          node === name &&
          (state === 'dead' ||
            (state === 'suspect' && (name !== refuting.name || incarnation >= refuting.incarnation))),
      )
      if (!wrong) continue
      // It may have missed a member's ack, or a member its ping, in a later round.
      if (lag.longest() > rules.timeoutMs / 2) throw new TooBusy()
      t.fail({
        op: 'start',
        expected: `that ${name} stays alive: ${name === refuting.name ? 'its refutation' : 'its ack'} had arrived when your program went on.`,
        got: `the event member: ${shown(wrong)}.`,
        hint: 'all timers of a program that stood still run out at once, before it has read anything. Do you notice that a timer is late, and let it run once more?',
      })
    }
  })
