/** Peers that only their addresses, or their sessions, tell apart. */
import type { Check } from '../../../check/kit/check.ts'
import type { NatOptions } from '../../../check/nat/nat.ts'
import { askedAt, exchange, meet, type Pair } from './pairs.ts'
import { simulate } from './simulate.ts'
import { openTown, withTries } from './town.ts'

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
        asked: askedAt(town, alice, peer),
        expected,
        asks: i % 2 === 0,
        nats: `${did} It was to be connected with ${name}.`,
      }
    })
    await Promise.all(pairs.map(pair => meet(t, alice, pair, tryMs)))
    for (const pair of t.random.shuffle(pairs)) await exchange(t, alice, pair)
  })
