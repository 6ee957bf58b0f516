/** Peers that only their addresses, or their sessions, tell apart. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import type { NatOptions } from '../../../check/nat/nat.ts'
import { comeBack, exchange, meet, type Pair } from './meet.ts'
import type { PlayedPeer } from './peer.ts'
import { sentTo } from './sent.ts'
import { simulate } from './simulate.ts'
import { expectDone, openTown, send, withTries, type Inhabitant, type Town } from './town.ts'

const OWN: NatOptions = { mapping: 'Endpoint-Independent', filtering: 'Address and Port-Dependent' }
const KINDS: readonly [string, NatOptions][] = [
  ['bob', { mapping: 'Endpoint-Independent', filtering: 'Address and Port-Dependent' }],
  ['carol', { mapping: 'Endpoint-Independent', filtering: 'Address and Port-Dependent' }],
  ['dave', { mapping: 'Address and Port-Dependent', filtering: 'Address and Port-Dependent' }],
  ['erin', { mapping: 'Address and Port-Dependent', filtering: 'Address and Port-Dependent' }],
]

export const samePort: Check = t =>
  withTries(t, async (tryMs, program) => {
    const town = openTown(t)
    const ports = { ports: 'sequential', firstPort: t.random.int(20_000, 60_000) } as const
    const alice = await town.inhabitant('alice', town.nat({ ...OWN, ...ports }), program)
    const did = `The checker called start. Your NAT, and those of four peers, chose port ${ports.firstPort}.`
    t.doing(did)
    await alice.start({ tries: 3, tryMs })
    const pairs = KINDS.map(([name, kind], i): Pair => {
      const peer = town.peer(name, { ...kind, ...ports })
      if (!peer.address.endsWith(`:${ports.firstPort}`)) t.inconclusive('a NAT did not choose this port.')
      const expected = simulate(OWN, kind)[0]
      return {
        peer,
        sent: sentTo(town, alice, peer),
        expected,
        asks: i % 2 === 0,
        nats: `${did} It was to be connected with ${name}.`,
      }
    })
    await Promise.all(pairs.map(pair => meet(t, alice, pair, tryMs)))
    await Promise.all(t.random.shuffle(pairs).map(pair => exchange(t, alice, pair)))
    await expectOldSession(t, town, alice, pairs[0]!, tryMs)
  })

/** The peer comes back from elsewhere, with a session of its own. The one before is still there: the network may be slow to bring what is of it. */
async function expectOldSession(
  t: CheckContext,
  town: Town,
  alice: Inhabitant,
  { peer, nats }: Pair,
  tryMs: number,
): Promise<void> {
  const did = `${nats} Then ${peer.name} asked for another introduction, from another NAT.`
  const again = await comeBack(t, town, alice, { peer, did, tryMs })
  peer.answered.clear()
  peer.punch()
  await expectDone(t, alice, () => peer.answered.size > 0, {
    op: 'connect',
    did: `${did} Then a Binding request with the session of before came.`,
    expected: 'a success response: it is still a session of yours.',
    got: () => 'none.',
    hint: () => OLD,
  })
  const late = t.random.bytes(20)
  peer.send(late)
  await alice.message(peer.name, late, `${did} Then data with the session of before came.`, OLD)
  const bytes = t.random.bytes(20)
  await t.call(send, { peer: peer.name, bytes }, { program: alice.program })
  const came = (to: PlayedPeer) => to.data.some(one => one.bytes === bytes.toString('hex'))
  await expectDone(t, alice, () => came(again), {
    op: 'send',
    did: `${did} Then the checker called send.`,
    expected: `that the data goes to the new address of ${peer.name}: of the sessions that are decided, this is the newest.`,
    got: () => (came(peer) ? 'that it went to the one of before.' : 'nothing that arrived.'),
    hint: () =>
      'do you send on the newest session whose path is decided? The others may be of an address that is gone.',
  })
}

const OLD = 'do you keep each session, by its ID, also when the same peer is introduced with another?'
