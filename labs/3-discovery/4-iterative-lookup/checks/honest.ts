/** Lookups among nodes that are all alive and honest. */
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { NEVER_MS } from '../../../check/kit/patience.ts'
import { answer, drawWanted, judgeEndless, lookup, playDht, settled, type Wanted } from './dht.ts'
import { ID_BYTES } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { planNetwork, type Planned } from './plan.ts'
import { expectNodes } from './result.ts'

const NODES = 64
const ALPHA = 3
/** More than fit into a number, and fewer than an ID has. */
const SAME_BYTES = 12
/** A random ID has so many neighbors close to it that their distances only differ after more digits than a floating-point number has. */
const CROWD = NODES / 2
const CROWD_BITS = 9

export const closest: Check = async t => {
  const wanted = drawWanted(t)
  const crowd = idSharing(wanted.target, CROWD_BITS, t.random.bytes(ID_BYTES))
  await look(t, wanted, 'a random ID', [
    ...sharing(t, crowd, CROWD),
    ...Array.from({ length: NODES - CROWD }, () => t.random.bytes(ID_BYTES)),
  ])
  // Whoever joins looks for its own ID, and finds its neighbors, who know it by then. In a large network, all of them have a long beginning in common.
  await look(
    t,
    { id: wanted.id, target: wanted.id },
    `its own ID, whose first ${SAME_BYTES} bytes all nodes share`,
    sharing(t, wanted.id, NODES),
  )
}

/** So many IDs that begin with the same SAME_BYTES as this one. */
const sharing = ({ random }: CheckContext, id: Buffer, count: number): Buffer[] =>
  Array.from({ length: count }, () =>
    Buffer.concat([id.subarray(0, SAME_BYTES), random.bytes(ID_BYTES - SAME_BYTES)]),
  )

async function look(t: CheckContext, wanted: Wanted, what: string, ids: readonly Buffer[]): Promise<void> {
  const k = t.random.int(5, 9)
  const plan = planNetwork(t.random, { target: wanted.target, k, nodes: ids })
  /** The program, in the eyes of the others. */
  const self: Planned = { name: 'your own node', id: wanted.id, isDead: true }
  let asked = 0
  const { nodes, find } = await playDht(t, {
    nodes: [...plan.nodes, self],
    wanted: [wanted],
    receive: async (query, find) => {
      judgeEndless(t, ++asked)
      const { spec } = query.node
      if (spec === self) failForSelf(t)
      const named = plan.named.get(spec)!.map(find)
      if (plan.closest.includes(spec)) named.push(find(self))
      await answer(query, t.random.shuffle(named), { more: t.random.int(0, 1) === 1 })
    },
  })
  const seeds = [find(plan.seed).address]
  const call = lookup(t, { ...wanted, seeds, k, alpha: ALPHA, timeoutMs: NEVER_MS })
  t.doing(
    `The checker called lookup for ${what}, with a k of ${k}, an alpha of ${ALPHA} and one seed, in a network of ${NODES} nodes that all answer.`,
  )
  const got = await settled(t, call, () => asked)
  expectNodes(t, got, { target: wanted.target, k, nodes, closest: plan.closest.map(find) })
}

export const failForSelf = (t: CheckContext): never =>
  t.fail({
    op: 'lookup',
    expected: 'no query to your own node.',
    got: 'a query to the address that others named with your own ID.',
    hint: 'do you leave out your own ID where others name it? Otherwise you are among the closest, and ask yourself.',
  })
