/** The networks of exercise 3.4: whatever the order in which a lookup asks, there is one right result. */
import assert from 'node:assert/strict'
import {
  planNetwork,
  type Plan,
  type Planned,
} from '../../../labs/3-discovery/4-iterative-lookup/checks/plan.ts'
import { byDistance } from '../../../labs/3-discovery/shared/xor.ts'
import { createRandom, type Random } from '../../../labs/check/kit/random.ts'

/** Asks the k closest that it has heard of, in random order, until all have answered or failed. Also returns how many it asked. */
function lookUp(random: Random, { target, k, seed, named }: Plan): { found: Planned[]; asked: number } {
  const heard = new Set([seed])
  const answered = new Set<Planned>()
  const closest = () =>
    [...heard]
      .filter(node => !failed.has(node))
      .sort(byDistance(target))
      .slice(0, k)
  const failed = new Set<Planned>()
  for (;;) {
    const open = closest().filter(node => !answered.has(node))
    if (open.length === 0) return { found: closest(), asked: answered.size + failed.size }
    const next = random.pick(open)
    if (next.isDead) failed.add(next)
    else {
      answered.add(next)
      for (const node of named.get(next)!) heard.add(node)
    }
  }
}

describe('The network of a lookup', () => {
  it('leads every lookup to the k closest of those that are alive, in several steps', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = createRandom(seed)
      const k = random.int(3, 9)
      const dead = random.int(0, 1) * 19
      const plan = planNetwork(random, { target: random.bytes(20), k, nodes: 64, dead })
      assert.equal(plan.nodes.filter(({ isDead }) => isDead).length, dead)
      const alive = plan.nodes.filter(({ isDead }) => !isDead)
      assert.deepEqual(plan.closest, alive.slice(0, k))
      for (let i = 0; i < 3; i++) {
        const { found, asked } = lookUp(random, plan)
        assert.deepEqual(found, plan.closest, `seed ${seed}`)
        assert.ok(asked > k && asked < 64, `${asked} asked, seed ${seed}`)
      }
    }
  })

  it('names fewer than k nodes in an answer, and nobody itself', () => {
    const random = createRandom(1)
    const plan = planNetwork(random, { target: random.bytes(20), k: 8, nodes: 64, dead: 19 })
    for (const [node, named] of plan.named) {
      assert.ok(named.length < 8 && new Set(named).size === named.length && !named.includes(node))
    }
  })

  it('has dead nodes among those that are closer than the right result', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed)
      const plan = planNetwork(random, { target: random.bytes(20), k: 8, nodes: 64, dead: 19 })
      assert.ok(plan.nodes.slice(0, 8).filter(({ isDead }) => isDead).length >= 4)
    }
  })
})
