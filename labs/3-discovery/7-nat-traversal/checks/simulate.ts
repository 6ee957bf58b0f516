/**
 * What two nodes that do all that the text says come to behind two given NATs: "punched" or "relayed". It is no rule about NATs, but the exchange
 * itself, with NATs of those behaviors, packet by packet.
 */
import { createNat, type NatOptions } from '../../../check/nat/nat.ts'
import { createWorld, type World } from '../../../check/nat/world.ts'
import { createRandom } from '../../../check/kit/random.ts'

export type Path = 'punched' | 'relayed'

const [ALICE, BOB, OBSERVER] = ['203.0.113.1', '198.51.100.1', '192.0.2.1']
/** More than any exchange needs that comes to something. */
const ROUNDS = 4

/** What each of the two comes to. `together`: both are behind one NAT, that of the first. */
export function simulate(alice: NatOptions, bob: NatOptions, { together = false } = {}): [Path, Path] {
  const world = createWorld()
  const random = createRandom(1)
  const nats = [createNat(ALICE, alice, random), createNat(BOB, bob, random)] as const
  const seen = new Map<string, string>()
  world.host(OBSERVER, 'observer', ({ from, bytes }) => void seen.set(Buffer.from(bytes).toString(), from))
  const one = simulated(world, nats[0], '10.0.0.1:5000', 'alice')
  const other = simulated(world, nats[together ? 0 : 1], '10.0.0.2:5000', 'bob')
  one.candidates.add(seen.get('bob')!)
  other.candidates.add(seen.get('alice')!)
  for (let round = 0; round < ROUNDS; round++) {
    one.punch()
    other.punch()
  }
  return [one.path(), other.path()]
}

function simulated(world: World, nat: Parameters<World['inside']>[0], address: string, name: string) {
  const candidates = new Set<string>()
  let answered = false
  const node = world.inside(nat, address, (bytes, from) => {
    if (Buffer.from(bytes).toString() === 'response') return void (answered = true)
    node.send(Buffer.from('response'), from)
    if (answered || candidates.has(from)) return
    candidates.add(from)
    node.send(Buffer.from('request'), from)
  })
  node.send(Buffer.from(name), `${OBSERVER}:3478`)
  return {
    candidates,
    path: (): Path => (answered ? 'punched' : 'relayed'),
    punch() {
      for (const candidate of [...candidates]) if (!answered) node.send(Buffer.from('request'), candidate)
    },
  }
}
