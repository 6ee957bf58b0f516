/** What a liar says of others. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import type { Contact } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { conduct } from './conduct.ts'
import { contradict } from './contradictions.ts'
import { drawWanted, type DhtNode } from './dht.ts'
import { planNetwork, type Planned } from './plan.ts'
import { expectNodes } from './result.ts'
import { failForSelf } from './honest.ts'

const NODES = 30
const K = 8
const ALPHA = 3

export const liars: Check = async t => {
  await lies(t)
  await contradict(t)
}

async function lies(t: CheckContext): Promise<void> {
  const wanted = drawWanted(t)
  const { target } = wanted
  const near = (bits: number) => idSharing(target, bits, t.random.bytes(20))
  const plan = planNetwork(t.random, { target, k: K, nodes: NODES })
  const liar: DhtNode = { name: 'the liar', id: near(0) }
  const self: DhtNode = { name: 'your own node', id: wanted.id }
  const others = plan.nodes.filter(node => !plan.closest.includes(node) && node !== plan.seed)
  const [one, two, three] = t.random.shuffle(others) as [Planned, Planned, Planned]
  const [moved, hidden] = t.random.shuffle(plan.closest) as [Planned, Planned]
  /**
   * Only the closest nodes name the one that was said to be elsewhere: so whoever ignores that hears of it no more, once they have answered. In its
   * place, the others name one that is as good to go on with.
   */
  const honest = (node: Planned): readonly Planned[] => {
    const named = plan.named.get(node)!
    if (plan.closest.includes(node) || !named.includes(moved)) return named
    return [...new Set([...named.filter(other => other !== moved), hidden])]
  }
  const { got, nodes, find } = await conduct<DhtNode | Planned>(t, {
    wanted,
    k: K,
    alpha: ALPHA,
    nodes: [...plan.nodes, liar, self],
    seeds: [liar, plan.seed],
    names({ spec }, find) {
      if (spec !== liar) return honest(spec as Planned).map(find)
      const at = (id: Buffer, node: DhtNode): Contact => ({ ...find(node), id })
      return t.random.shuffle([
        // Nodes that are there, under IDs that would be the closest of all.
        at(near(60), one),
        at(near(50), two),
        at(near(55), liar),
        // Two of the right nodes: one at a false address, one under an ID that nobody is interested in.
        at(moved.id, three),
        at(near(0), hidden),
        at(wanted.id, self),
        { ...at(near(58), one), port: 0 },
      ])
    },
    judge: { once: true },
    pick(waiting) {
      // The lies come first, and the node at the false address answers last: until then, the false entry is in the list.
      const others = waiting.filter(({ node }) => node.spec !== three)
      return (
        waiting.find(({ node }) => node.spec === liar) ?? t.random.pick(others.length > 0 ? others : waiting)
      )
    },
    onAsked: ({ spec }) => {
      if (spec === self) failForSelf(t)
    },
    doing: `The checker called lookup with a k of ${K} and two seeds. One of them lies: it names nodes that exist under false IDs, one of the closest at a false address, itself under another ID, your own ID, and a node with port 0.`,
  })
  expectNodes(t, got, {
    target,
    k: K,
    nodes,
    closest: plan.closest.map(find),
    missing:
      'a liar has named the ID of this node with another address, or its address with another ID. Do you keep both, so that a lie does not replace what others say?',
  })
}
