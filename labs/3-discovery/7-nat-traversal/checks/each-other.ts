/** Copies of the program, behind NATs of different kinds, and behind one and the same. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import type { Behavior } from '../../../check/nat/nat.ts'
import { simulate } from './simulate.ts'
import { connect, openTown, send, withTries, type Inhabitant } from './town.ts'

/** One that sees through what the other does: where the addresses that were announced do not help. */
const PAIRS: readonly [[Behavior, Behavior], [Behavior, Behavior]][] = [
  [
    ['Endpoint-Independent', 'Address-Dependent'],
    ['Address and Port-Dependent', 'Address and Port-Dependent'],
  ],
  [
    ['Endpoint-Independent', 'Endpoint-Independent'],
    ['Address-Dependent', 'Address and Port-Dependent'],
  ],
]

export const eachOther: Check = t =>
  withTries(t, async (tryMs, program, another) => {
    const town = openTown(t)
    const kinds = t.random
      .shuffle(t.random.pick(PAIRS))
      .map(([mapping, filtering]) => ({ mapping, filtering }))
    const [home, other] = kinds.map(kind => town.nat(kind))
    const [second, third] = await Promise.all([another(), another()])
    const alice = await town.inhabitant('alice', home!, program)
    const bob = await town.inhabitant('bob', other!, second)
    const carol = await town.inhabitant('carol', home!, third, 2)
    const did =
      'The checker started three copies of your program, alice and carol behind the same NAT, which does not hairpin, and bob behind another.'
    t.doing(did)
    const times = { tries: 4, tryMs }
    await Promise.all([alice, bob, carol].map(one => one.start(times)))
    const unknown = await t.ask(connect, { peer: 'nobody' }, { program, ms: 60_000 })
    if (unknown.error === undefined) {
      t.fail({
        op: connect.name,
        did: `${did} It called connect with a peer that the rendezvous does not know.`,
        expected: 'an error.',
        got: `${JSON.stringify(unknown.result)}.`,
        hint: 'do you throw an Error when {"type":"unknown"} comes?',
      })
    }
    town.rendezvous.ignore('connect', 1)
    const expected = simulate(kinds[0]!, kinds[1]!)[0]
    await Promise.all([
      reach(t, alice, bob, {
        did: `${did} Then alice called connect for bob, while carol called it for alice. One of the two messages to the rendezvous got lost.`,
        expected,
      }),
      reach(t, carol, alice, {
        did: `${did} Then carol called connect for alice, while alice called it for bob. One of the two messages to the rendezvous got lost.`,
        expected: simulate(kinds[0]!, kinds[0]!, { together: true })[0],
      }),
    ])
    const early = await t.ask(send, { peer: 'carol', bytes: Buffer.of(1) }, { program: bob.program })
    if (early.error !== undefined) return
    t.fail({
      op: send.name,
      did: `${did} It called send at bob, for carol, to whom he has no path.`,
      expected: 'an error.',
      got: 'a result.',
      hint: 'do you throw an Error where there is no path to the peer?',
    })
  })

async function reach(
  t: CheckContext,
  from: Inhabitant,
  to: Inhabitant,
  { did, expected }: { did: string; expected: string },
): Promise<void> {
  const paths = await Promise.all([
    from.connect(to.name),
    from.connected(to.name, did),
    to.connected(from.name, did),
  ])
  const wrong = paths.find(path => path !== expected)
  if (wrong !== undefined) {
    t.fail({
      op: connect.name,
      did,
      expected: `${expected} on both sides.`,
      got: `${paths[0]} from connect, and the events ${paths[1]} and ${paths[2]}.`,
      hint: 'do both sides do the same, once they are introduced: ask, answer, and ask where the requests of the other come from?',
    })
  }
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    const bytes = t.random.bytes(t.random.int(200, 1000))
    await t.call(send, { peer: other.name, bytes }, { program: one.program })
    await other.message(
      one.name,
      bytes,
      `${did} It is ${expected}. Then ${one.name} sent data.`,
      'does each side use the path that it told, and accept data with its session from wherever it comes?',
    )
  }
}
