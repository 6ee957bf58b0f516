/** The NAT, held to the definitions of RFC 4787: https://www.rfc-editor.org/rfc/rfc4787 */
import assert from 'node:assert/strict'
import { simulate } from '../../../../labs/3-discovery/7-nat-traversal/checks/simulate.ts'
import { createRandom } from '../../../../labs/check/kit/random.ts'
import {
  BEHAVIORS,
  createNat,
  portOf,
  type Behavior,
  type NatOptions,
} from '../../../../labs/check/nat/nat.ts'
import { createWorld, type Inside } from '../../../../labs/check/nat/world.ts'

const OUTSIDE = '203.0.113.1'
const INSIDE = '10.0.0.1:5000'
/** Two hosts, and two ports of one of them. */
const [Y1, Y1B, Y2] = ['192.0.2.1:80', '192.0.2.1:81', '192.0.2.2:80'] as const
const nothing = Buffer.alloc(0)

function natOf(options: Partial<NatOptions> = {}, seed = 1) {
  const all: NatOptions = {
    mapping: 'Endpoint-Independent',
    filtering: 'Endpoint-Independent',
    ...options,
  }
  const nat = createNat(OUTSIDE, all, createRandom(seed))
  return {
    nat,
    /** The port outside that `from` gets for `to`; 0 when nothing leaves. */
    out: (to: string, from = INSIDE, now = 0) => {
      const packet = nat.outbound({ from, to, bytes: nothing }, now)
      return packet ? portOf(packet.from) : 0
    },
    /** Where it arrives inside; undefined when it is dropped. */
    in: (from: string, port: number, now = 0) =>
      nat.inbound({ from, to: `${OUTSIDE}:${port}`, bytes: nothing }, now)?.to,
  }
}

describe('a NAT maps (RFC 4787, section 4.1)', () => {
  const same: Readonly<Record<Behavior, readonly [otherPort: boolean, otherHost: boolean]>> = {
    'Endpoint-Independent': [true, true],
    'Address-Dependent': [true, false],
    'Address and Port-Dependent': [false, false],
  }
  for (const mapping of BEHAVIORS) {
    it(`${mapping}: X1':x1' equals X2':x2' as defined`, () => {
      const { out } = natOf({ mapping })
      const first = out(Y1)
      assert.equal(out(Y1), first, 'the same destination again')
      assert.deepEqual([out(Y1B) === first, out(Y2) === first], same[mapping])
    })
  }

  it('without port overloading: no two endpoints share a port, whatever they ask for', () => {
    for (const ports of ['preserved', 'sequential', 'random'] as const) {
      const { out, in: arrives } = natOf({ ports })
      const given = new Map<number, string>()
      for (let host = 1; host <= 50; host++) {
        const from = `10.0.0.${host}:5000`
        const port = out(Y1, from)
        assert.ok(port >= 1024 && port <= 65_535)
        assert.equal(given.get(port), undefined, `${ports}: ${port}`)
        given.set(port, from)
      }
      for (const [port, from] of given) assert.equal(arrives(Y2, port), from)
    }
  })

  it('to ports that are preserved, sequential, or drawn from the seed (section 4.2.1)', () => {
    const preserved = natOf({ ports: 'preserved' })
    assert.deepEqual([preserved.out(Y1), preserved.out(Y1, '10.0.0.2:5000')], [5000, 5001])
    const sequential = natOf({ ports: 'sequential', firstPort: 65_535, mapping: 'Address-Dependent' })
    assert.deepEqual([sequential.out(Y1), sequential.out(Y2)], [65_535, 1024])
    const drawn = (seed: number) => natOf({}, seed).out(Y1)
    assert.equal(drawn(1), drawn(1))
    assert.notEqual(drawn(1), drawn(2))
  })

  it('until its ports are used up', () => {
    const { out } = natOf({ mapping: 'Address and Port-Dependent', ports: 'sequential' })
    for (let port = 1024; port <= 65_535; port++) assert.equal(out(`192.0.2.1:${port}`), port)
    assert.equal(out('192.0.2.2:80'), 0)
    assert.equal(out('192.0.2.1:1024'), 1024, 'a mapping that is there')
  })
})

describe('a NAT filters (section 5)', () => {
  /** What gets in when something went out to Y1: from it, from another port of its host, from another host. */
  const gets: Readonly<Record<Behavior, readonly boolean[]>> = {
    'Endpoint-Independent': [true, true, true],
    'Address-Dependent': [true, true, false],
    'Address and Port-Dependent': [true, false, false],
  }
  for (const mapping of BEHAVIORS) {
    for (const filtering of BEHAVIORS) {
      it(`${filtering}, with ${mapping} mapping`, () => {
        const { out, in: arrives } = natOf({ mapping, filtering })
        const port = out(Y1)
        assert.deepEqual(
          [Y1, Y1B, Y2].map(from => arrives(from, port) === INSIDE),
          gets[filtering],
        )
        // Only with one mapping for both does sending to another destination open this port for it.
        const other = out(Y2)
        assert.equal(arrives(Y2, other), INSIDE)
        assert.equal(arrives(Y2, port) === INSIDE, port === other || filtering === 'Endpoint-Independent')
      })
    }
  }

  it('everything to a port that no mapping has, and to another address', () => {
    const { nat, out, in: arrives } = natOf()
    const port = out(Y1)
    assert.equal(arrives(Y1, port === 5000 ? 5001 : 5000), undefined)
    assert.equal(nat.inbound({ from: Y1, to: `203.0.113.2:${port}`, bytes: nothing }, 0), undefined)
  })

  it('what it sends to itself: it does not hairpin (section 6)', () => {
    const { out } = natOf()
    const port = out(Y1)
    assert.equal(out(`${OUTSIDE}:${port}`, '10.0.0.2:5000'), 0)
  })
})

describe('a NAT forgets (section 4.3)', () => {
  const timeoutMs = 100

  it('a mapping that nothing went out through for its time, and gives its port to others', () => {
    const { out, in: arrives } = natOf({ timeoutMs, ports: 'preserved' })
    const port = out(Y1)
    assert.equal(arrives(Y1, port, 99), INSIDE)
    assert.equal(arrives(Y1, port, 100), undefined)
    assert.equal(out(Y1, '10.0.0.2:5000', 100), port)
  })

  it('not while something goes out (REQ-6), to whichever destination', () => {
    const { out, in: arrives } = natOf({ timeoutMs })
    const port = out(Y1)
    for (let now = 60; now <= 600; now += 60) assert.equal(out(Y2, INSIDE, now), port)
    assert.equal(arrives(Y2, port, 650), INSIDE)
  })

  it('whom it lets in, each for itself', () => {
    const { out, in: arrives } = natOf({ timeoutMs, filtering: 'Address-Dependent' })
    const port = out(Y1)
    out(Y2, INSIDE, 60)
    assert.equal(arrives(Y1, port, 110), undefined)
    assert.equal(arrives(Y2, port, 110), INSIDE)
  })

  it('although something comes in, unless that refreshes it, too', () => {
    for (const inboundRefresh of [false, true]) {
      const { out, in: arrives } = natOf({ timeoutMs, inboundRefresh, filtering: 'Address-Dependent' })
      const port = out(Y1)
      assert.equal(arrives(Y1, port, 60), INSIDE)
      assert.equal(arrives(Y1, port, 120), inboundRefresh ? INSIDE : undefined)
    }
  })
})

describe('a NAT that rewrites payloads (RFC 8489, section 14.2)', () => {
  it('changes the 4 bytes of its address in both directions, and nothing else', () => {
    const nat = createNat(
      OUTSIDE,
      { mapping: 'Endpoint-Independent', filtering: 'Endpoint-Independent', rewritesPayloads: true },
      createRandom(1),
    )
    const [inside, outside] = [Buffer.of(10, 0, 0, 1), Buffer.of(203, 0, 113, 1)]
    const around = (address: Buffer) => Buffer.concat([Buffer.of(9), address, Buffer.of(8), address])
    const sent = nat.outbound({ from: INSIDE, to: Y1, bytes: around(inside) }, 0)!
    assert.deepEqual(sent.bytes, around(outside))
    const came = nat.inbound({ from: Y1, to: sent.from, bytes: around(outside) }, 0)!
    assert.deepEqual(came.bytes, around(inside))
  })
})

describe('two NATs', () => {
  const all = BEHAVIORS.flatMap(mapping => BEHAVIORS.map(filtering => ({ mapping, filtering })))
  const nat = (mapping: Behavior, filtering: Behavior) => ({ mapping, filtering })

  it('let each other through, or not, the same from both sides', () => {
    for (const one of all) {
      for (const other of all) {
        const [a, b] = simulate(one, other)
        assert.equal(a, b)
        assert.deepEqual(simulate(other, one), [b, a])
      }
    }
  })

  it('let each other through where published examples say so', () => {
    const [E, A, P] = BEHAVIORS
    // Endpoint-Independent mapping is what hole punching needs (Ford et al. 2005, "Consistent Endpoint Translation").
    for (const filtering of BEHAVIORS)
      for (const other of BEHAVIORS) assert.equal(simulate(nat(E, filtering), nat(E, other))[0], 'punched')
    // A symmetric NAT and a port-restricted cone, as RFC 3489 called them.
    assert.equal(simulate(nat(P, P), nat(E, P))[0], 'relayed')
    // The same, where the cone looks at the address only.
    assert.equal(simulate(nat(P, P), nat(E, A))[0], 'punched')
    assert.equal(simulate(nat(P, P), nat(P, P))[0], 'relayed')
    // One behind the other: only with hairpinning.
    assert.equal(simulate(nat(E, E), nat(E, E), { together: true })[0], 'relayed')
  })
})

describe('the world', () => {
  it('delivers in order, one after another, and says what did not arrive', () => {
    const world = createWorld()
    const seen: string[] = []
    world.host('192.0.2.1', 'one', ({ from, bytes }) => {
      seen.push(`one ${String(bytes)}`)
      world.send({ from: '192.0.2.1:80', to: from, bytes: Buffer.from(`re ${String(bytes)}`) })
    })
    const { nat } = natOf({ filtering: 'Address-Dependent' })
    const node: Inside = world.inside(nat, INSIDE, (bytes, from) => {
      seen.push(`${from} ${String(bytes)}`)
      if (seen.length < 5) node.send(Buffer.from('again'), Y1)
    })
    const lost: string[] = []
    world.watch(({ to }, arrived) => void (arrived || lost.push(to)))
    node.send(Buffer.from('first'), Y1)
    node.send(Buffer.from('x'), '198.51.100.99:9')
    world.send({ from: Y2, to: `${OUTSIDE}:9`, bytes: nothing })
    assert.deepEqual(seen.slice(0, 4), ['one first', `${Y1} re first`, 'one again', `${Y1} re again`])
    assert.deepEqual(lost, ['198.51.100.99:9', `${OUTSIDE}:9`])
    assert.equal(world.nameOf(Y1), 'one')
    assert.equal(world.nameOf(Y2), Y2)
    assert.deepEqual([world.knows(OUTSIDE), world.knows('192.0.2.2')], [true, false])
  })
})
