/** The order of a lookup, judged step by step: how many queries are in flight, and whom they go to. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { conduct } from './conduct.ts'
import { drawWanted, type Query } from './dht.ts'
import { planNetwork, type Planned } from './plan.ts'
import { expectNodes } from './result.ts'

const NODES = 40
const K = 8

export const inFlight: Check = async t => {
  for (const alpha of [3, 1, t.random.int(4, 6)]) await withAlpha(t, alpha)
}

async function withAlpha(t: CheckContext, alpha: number): Promise<void> {
  const wanted = drawWanted(t)
  const plan = planNetwork(t.random, { target: wanted.target, k: K, nodes: NODES })
  // The first ones that are asked after the seed stay without an answer as long as anybody else is to be asked.
  const slow: Query<Planned>[] = []
  const { got, nodes, find } = await conduct<Planned>(t, {
    wanted,
    k: K,
    alpha,
    nodes: plan.nodes,
    seeds: [plan.seed],
    names: ({ spec }, find) => plan.named.get(spec)!.map(find),
    judge: { inFlight: true },
    pick(waiting) {
      if (slow.length < alpha - 1 && waiting.length > 1) {
        const first = waiting.find(query => !slow.includes(query))
        if (first) slow.push(first)
      }
      const others = waiting.filter(query => !slow.includes(query))
      return t.random.pick(others.length > 0 ? others : waiting)
    },
    doing: `The checker called lookup with an alpha of ${alpha} and a k of ${K}.${alpha === 1 ? '' : ` ${alpha - 1 === 1 ? 'One node is' : `${alpha - 1} nodes are`} very slow.`}`,
  })
  expectNodes(t, got, { target: wanted.target, k: K, nodes, closest: plan.closest.map(find) })
}

export const budget: Check = async t => {
  for (const alpha of [3, 10]) {
    const wanted = drawWanted(t)
    const k = t.random.int(4, 6)
    const plan = planNetwork(t.random, { target: wanted.target, k, nodes: NODES })
    const { got, nodes, find } = await conduct<Planned>(t, {
      wanted,
      k,
      alpha,
      nodes: plan.nodes,
      seeds: [plan.seed],
      names: ({ spec }, find) => plan.named.get(spec)!.map(find),
      judge: { closest: true },
      doing: `The checker called lookup with a k of ${k} and an alpha of ${alpha}, in a network of ${NODES} nodes, many of which name the same ones.`,
    })
    expectNodes(t, got, { target: wanted.target, k, nodes, closest: plan.closest.map(find) })
  }
}
