/** NATs that forget. Their time goes only with what the program sends, so it does not matter how fast the machine is. */
import type { Check } from '../../../check/kit/check.ts'
import { comeBack, exchange, meet, type Pair } from './meet.ts'
import type { PlayedPeer } from './peer.ts'
import { sentTo } from './sent.ts'
import type { Path } from './simulate.ts'
import { expectDone, openTown, withTries } from './town.ts'

/** The NAT forgets after so many times the program's period, and the program has to get through so many periods. */
const FORGETS = 2.5
const ROUNDS = 6
/** Rounds may come this much faster than asked for, as timers do that were late. */
const SOONEST = 0.6

export const keepAlive: Check = t =>
  withTries(t, async (tryMs, program) => {
    const keepAliveMs = tryMs / 2
    const town = openTown(t)
    const { world, rendezvous } = town
    const alice = await town.inhabitant('alice', town.nat({ timeoutMs: FORGETS * keepAliveMs }), program)
    const given = `With a keepAliveMs of ${keepAliveMs}, behind a NAT that forgets after ${FORGETS * keepAliveMs} ms, `
    t.doing(`${given}the checker called start.`)
    const address = await alice.start({ tries: 3, tryMs, keepAliveMs })
    const bob = town.peer('bob', {})
    const carol = town.peer('carol', {})
    const relayed = town.peer('dave', { mapping: 'Address and Port-Dependent' })
    const pair = (peer: PlayedPeer, expected: Path, asks: boolean): Pair => ({
      peer,
      sent: sentTo(town, alice, peer),
      expected,
      asks,
      nats: asks
        ? `${given}the checker called connect for ${peer.name}.`
        : `${given}${peer.name} asked for an introduction.`,
    })
    const pairs = [
      pair(bob, 'punched', true),
      pair(carol, 'punched', false),
      pair(relayed, 'relayed', t.random.pick([true, false])),
    ]
    await Promise.all(pairs.map(pair => meet(t, alice, pair, tryMs)))
    for (const pair of pairs) await exchange(t, alice, pair)

    // Both sessions with bob go on: each has an address of its own.
    const moved = await comeBack(t, town, alice, {
      peer: bob,
      did: `${given}the checker called connect for bob. Then bob asked for another introduction, from another NAT.`,
      tryMs,
    })

    const did = `${given}the checker called start, and bob, carol, and bob again, from another NAT, were connected, punched. Then nobody sent data for ${ROUNDS} periods.`
    const began = performance.now()
    const seen = rendezvous.messages.length
    const punched = [
      { peer: bob, who: 'bob, at the address of before' },
      { peer: carol, who: 'carol' },
      { peer: moved, who: 'bob, at the new address' },
    ].map(one => ({ ...one, saw: one.peer.indications.length }))
    const indications = () => punched.map(({ peer, saw }) => peer.indications.length - saw)
    const registers = () =>
      rendezvous.messages
        .slice(seen)
        .filter(({ message }) => message.type === 'register' && message.name === 'alice')
    const rounds = () => Math.max(registers().length, ...indications())
    const over = () => {
      // A period is over when something came that is due once in a period.
      world.now = rounds() * keepAliveMs
      return rounds() >= ROUNDS
    }
    await expectDone(
      t,
      alice,
      over,
      {
        op: 'start',
        did,
        expected: `that your program registers again, and sends a Binding indication to each punched address, every ${keepAliveMs} ms.`,
        got: () =>
          `${registers().length} registrations, and ${indications().join(', ')} indications to these addresses.`,
        hint: () =>
          'keepAliveMs is in milliseconds. Do you start a timer that goes on for as long as your program runs?',
      },
      2_000 + 3 * ROUNDS * keepAliveMs,
    )
    const took = performance.now() - began
    if (took < SOONEST * (ROUNDS - 1) * keepAliveMs) {
      t.fail({
        op: 'start',
        did,
        expected: `that ${ROUNDS} periods take about ${ROUNDS * keepAliveMs} ms.`,
        got: `${Math.round(took)} ms.`,
        hint: 'is there one timer, with a period of keepAliveMs?',
      })
    }
    const wrong = registers().find(({ message }) => message.address !== address)
    if (wrong) {
      t.fail({
        op: 'start',
        did,
        expected: `registrations with your address, ${address}.`,
        got: `${String(wrong.message.address)}.`,
        hint: 'do you register again with the same name and address?',
      })
    }

    for (const { peer, who, saw } of punched) {
      const back = t.random.bytes(20)
      peer.send(back)
      await alice.message(
        peer.name,
        back,
        `${did} Then ${who}, sent data on the punched path.`,
        'do you send something to each punched address in each period, also where one peer has two? Your NAT forgets a mapping, or whom it lets in, when nothing goes out there.',
      )
      if (peer.indications.length > saw) continue
      t.fail({
        op: 'start',
        did,
        expected: `Binding indications to ${who}: they need no answer.`,
        got: 'something else, which kept the path open.',
        hint: "do you send a Binding message with the class 'indication'?",
      })
    }
    const later = t.random.bytes(20)
    relayed.send(later)
    await alice.message(
      'dave',
      later,
      `${did} Then dave, who is relayed, sent data, which the rendezvous passed on.`,
      'do you register again in each period? Your NAT lets the rendezvous in only while something goes out to it.',
    )
    // A peer may need longer for its own path.
    const requests = bob.answered.size
    bob.answered.clear()
    bob.punch()
    await expectDone(t, alice, () => bob.answered.size > 0 || requests === 0, {
      op: 'start',
      did: `${did} Then bob sent one more Binding request.`,
      expected: 'a success response: it has a session of yours.',
      got: () => 'none.',
      hint: () => 'do you answer requests also when your own path is decided?',
    })
  })
