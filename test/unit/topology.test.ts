import assert from 'node:assert/strict'
import fc from 'fast-check'
import { TOPOLOGIES, type Topology } from '../../network/events.ts'
import { createLinks } from '../../network/orchestrator/links.ts'
import {
  impossible,
  MAX_FULL,
  MAX_STAR,
  neighboursOfNewcomer,
  planLinks,
  RANDOM_DEGREE,
} from '../../network/orchestrator/topology.ts'
import { seededRandom, shuffled } from '../../network/random.ts'

const degrees = (count: number, links: readonly (readonly [number, number])[]) => {
  const result = new Array<number>(count).fill(0)
  for (const [a, b] of links) {
    result[a]!++
    result[b]!++
  }
  return result
}
const reached = (links: readonly (readonly [number, number])[]) => {
  const seen = new Set([0])
  for (let before = 0; before !== seen.size;) {
    before = seen.size
    for (const [a, b] of links) if (seen.has(a) !== seen.has(b)) seen.add(a).add(b)
  }
  return seen.size
}
const topology = fc.constantFrom<Topology>(...TOPOLOGIES)

describe('A topology', () => {
  it('is connected, links nobody twice or to itself, and repeats with its seed', () => {
    fc.assert(
      fc.property(topology, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0 }), (kind, count, seed) => {
        const links = planLinks(kind, count, seededRandom(seed))
        assert.equal(reached(links), count)
        assert.ok(links.every(([a, b]) => a < b && b < count))
        assert.equal(new Set(links.map(String)).size, links.length)
        assert.deepEqual(planLinks(kind, count, seededRandom(seed)), links)
      }),
    )
  })

  it('of random links gives each node two to six, and six where there is room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 200 }), fc.integer({ min: 0 }), (count, seed) => {
        const all = degrees(count, planLinks('random', count, seededRandom(seed)))
        assert.ok(
          all.every(d => d >= 2 && d <= RANDOM_DEGREE),
          String(all),
        )
        assert.ok(
          all.reduce((a, b) => a + b) / count > 5,
          `average degree ${all.reduce((a, b) => a + b) / count}`,
        )
      }),
    )
  })

  it('gives a newcomer neighbours among those that are there', () => {
    fc.assert(
      fc.property(topology, fc.integer({ min: 1, max: 30 }), (kind, count) => {
        const existing = Array.from({ length: count }, (_, i) => `n${i + 1}`)
        const found = neighboursOfNewcomer(kind, existing, seededRandom(1))
        assert.ok(found.length > 0 && found.every(name => existing.includes(name)))
        assert.equal(new Set(found).size, found.length)
      }),
    )
  })

  it('that cannot be healthy is refused with the reason and a remedy', () => {
    assert.equal(impossible('star', MAX_STAR), undefined)
    assert.match(impossible('star', MAX_STAR + 1)?.cause ?? '', /D_high/)
    assert.equal(impossible('full', MAX_FULL), undefined)
    assert.match(impossible('full', 200)?.cause ?? '', /19900 connections/)
  })
})

describe('Links', () => {
  it('are dialled by exactly one of the two, the one with the lower peer id or the one that came later', () => {
    const links = createLinks()
    links.plan('full', ['n1', 'n2', 'n3'], seededRandom(1))
    const ids: Record<string, string> = { n1: 'c', n2: 'a', n3: 'b', n4: 'z' }
    const dials = (a: string, b: string) => links.dials(a, b, name => ids[name])
    assert.deepEqual([dials('n1', 'n2'), dials('n2', 'n1')], [false, true])
    links.join('full', 'n4', ['n1', 'n2', 'n3'], seededRandom(1))
    assert.deepEqual([dials('n4', 'n1'), dials('n1', 'n4')], [true, false])
    links.dialsAll('n1')
    assert.deepEqual([dials('n1', 'n2'), dials('n2', 'n1'), dials('n4', 'n1')], [true, false, false])
  })
})

describe('Seeded random numbers', () => {
  it('are in [0, 1), repeat with their seed, and differ between seeds', () => {
    const take = (seed: number) => Array.from({ length: 50 }, seededRandom(seed))
    fc.assert(
      fc.property(fc.maxSafeNat(), seed => {
        assert.ok(take(seed).every(x => x >= 0 && x < 1))
        assert.deepEqual(take(seed), take(seed))
        assert.notDeepEqual(take(seed), take(seed + 1))
      }),
    )
  })

  it('shuffle without losing or doubling anything', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (items, seed) => {
        const result = shuffled(items, seededRandom(seed))
        assert.deepEqual([...result].sort(), [...items].sort())
      }),
    )
  })
})
