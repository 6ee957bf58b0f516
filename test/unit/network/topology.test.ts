import assert from 'node:assert/strict'
import fc from 'fast-check'
import { TOPOLOGIES, type Topology } from '../../../network/events.ts'
import { createLinks } from '../../../network/orchestrator/links.ts'
import {
  impossible,
  MAX_FULL,
  neighboursOfNewcomer,
  planLinks,
  RANDOM_DEGREE,
} from '../../../network/orchestrator/topology.ts'
import { meshProblem } from '../../../network/orchestrator/mesh-feasibility.ts'
import { parseTopologyFile } from '../../../network/orchestrator/topology-file.ts'
import { seededRandom, shuffled } from '../../../network/random.ts'

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

  it('of a grid or a tree links each node to those beside it', () => {
    const sorted = (kind: Topology, count: number) =>
      planLinks(kind, count, seededRandom(1)).map(String).sort()
    assert.deepEqual(sorted('grid', 6), ['0,1', '0,3', '1,2', '1,4', '2,5', '3,4', '4,5'])
    assert.deepEqual(sorted('tree', 6), ['0,1', '0,2', '1,3', '1,4', '2,5'])
  })

  it('that gossipsub cannot keep healthy is known as such: a hub above D_high whose neighbours have no other way', () => {
    const strained = (kind: Topology, count: number) => {
      const links = createLinks()
      const names = Array.from({ length: count }, (_, i) => `n${i + 1}`)
      links.plan(planLinks(kind, count, seededRandom(1)), names)
      return meshProblem(links.all)
    }
    assert.equal(strained('star', 13), undefined)
    assert.match(strained('star', 14) ?? '', /13 nodes depend on n1.*at most 12 mesh peers \(D_high\)/)
    for (const kind of ['full', 'random', 'grid', 'tree', 'ring', 'line'] as const)
      assert.equal(strained(kind, 30), undefined)
  })

  it('that no machine can hold is refused with the reason and a remedy', () => {
    assert.equal(impossible('full', MAX_FULL), undefined)
    assert.match(impossible('full', 200)?.cause ?? '', /19900 connections/)
  })
})

describe('A topology file', () => {
  it('is taken as it is written', () => {
    const written = {
      nodes: 3,
      links: [
        [1, 2],
        [3, 2],
      ],
    }
    assert.deepEqual(parseTopologyFile(JSON.stringify(written)), written)
    assert.deepEqual(parseTopologyFile('{"nodes":1,"links":[]}'), { nodes: 1, links: [] })
  })

  const bad: [string, string, RegExp][] = [
    ['no JSON', '{nodes: 3}', /^it is not valid JSON \(.*\): write \{"nodes"/],
    ['no object', '[[1,2]]', /^it must contain an object/],
    ['no number of nodes', '{"links":[]}', /^nodes must be a whole number from 1 to 200, not nothing$/],
    ['too many nodes', '{"nodes":201,"links":[]}', /^nodes must be a whole number from 1 to 200, not 201$/],
    ['no links', '{"nodes":2}', /^links must be a list of pairs, not nothing/],
    [
      'half a link',
      '{"nodes":2,"links":[[1]]}',
      /^links\[0\] must be a pair of node numbers such as \[1, 2\], not \[1\]$/,
    ],
    [
      'an unknown node',
      '{"nodes":2,"links":[[1,2],[2,3]]}',
      /^links\[1\] names node 3, but the nodes are 1 to 2$/,
    ],
    ['node 0', '{"nodes":2,"links":[[0,1]]}', /^links\[0\] names node 0/],
    ['a link to itself', '{"nodes":2,"links":[[2,2]]}', /^links\[0\] links node 2 to itself/],
    [
      'a link twice',
      '{"nodes":2,"links":[[1,2],[2,1]]}',
      /^links\[1\] links 2 and 1, which links\[0\] already does/,
    ],
    [
      'parts that are not connected',
      '{"nodes":4,"links":[[1,2],[3,4]]}',
      /^node 3 cannot be reached from node 1/,
    ],
  ]
  for (const [what, text, sentence] of bad) {
    it(`with ${what} is answered with one sentence`, () => {
      const result = parseTopologyFile(text)
      assert.ok('problem' in result)
      assert.match(result.problem, sentence)
    })
  }

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void parseTopologyFile(text)))
  })
})

describe('Links', () => {
  it('are dialled by exactly one of the two, the one with the lower peer id or the one that came later', () => {
    const links = createLinks()
    links.plan(planLinks('full', 3, seededRandom(1)), ['n1', 'n2', 'n3'])
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
