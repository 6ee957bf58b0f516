/**
 * Two seeds that contradict each other. Of each node here, the lookup hears the truth and a lie, in both orders, before it has asked that node: so
 * what replaces anything that was heard before loses one of the closest, or the second seed itself.
 */
import type { CheckContext } from '../../../check/kit/check.ts'
import type { Contact } from '../../shared/krpc.ts'
import { idSharing } from '../../shared/xor.ts'
import { conduct } from './conduct.ts'
import { drawWanted, type DhtNode } from './dht.ts'
import { expectNodes } from './result.ts'

const K = 6
/** One by one, so the second seed is asked before the others, by whoever begins with the closest. */
const ALPHA = 1

const ID_TWICE =
  'others named the address of this node with two IDs, and the false one is far from the target. Do you keep both until the address is asked?'
const ADDRESS_TWICE =
  'others named the ID of this node with two addresses, and at one of them is another node. Do you keep both until the addresses are asked?'

export async function contradict(t: CheckContext): Promise<void> {
  const wanted = drawWanted(t)
  const { target } = wanted
  const near = (bits: number) => idSharing(target, bits, t.random.bytes(20))
  const node = (name: string, bits: number): DhtNode => ({ name, id: near(bits) })
  const closest = [1, 2, 3, 4, 5].map(i => node(`node ${i}`, 50 - i))
  const [idTrueFirst, idFalseFirst, addressTrueFirst, addressFalseFirst, renamed] = t.random.shuffle(
    closest,
  ) as [DhtNode, DhtNode, DhtNode, DhtNode, DhtNode]
  const farther = Array.from({ length: K }, (_, i) => node(`node ${closest.length + 1 + i}`, 30 - i))
  const [elsewhere, alsoElsewhere] = [node('node 12', 8), node('node 13', 7)]
  const seeds = [node('seed 1', 1), node('seed 2', 0)]
  /** Farther than all that a lookup needs. */
  const FAR = 3
  const lie = near(60)
  let seedsAsked = 0
  const { got, nodes, find, queries } = await conduct<DhtNode>(t, {
    wanted,
    k: K,
    alpha: ALPHA,
    nodes: [...closest, ...farther, elsewhere, alsoElsewhere, ...seeds],
    seeds,
    names({ spec }, find) {
      if (!seeds.includes(spec)) return t.random.shuffle(farther).map(find)
      const at = (id: Buffer, one: DhtNode): Contact => ({ ...find(one), id })
      const isFirst = seedsAsked++ === 0
      return t.random.shuffle([
        at(lie, renamed),
        ...(isFirst
          ? [
              find(idTrueFirst),
              at(near(FAR), idFalseFirst),
              find(addressTrueFirst),
              at(addressFalseFirst.id, elsewhere),
              at(
                near(FAR),
                seeds.find(seed => seed !== spec)!,
              ),
            ]
          : [
              at(near(FAR), idTrueFirst),
              find(idFalseFirst),
              at(addressTrueFirst.id, alsoElsewhere),
              find(addressFalseFirst),
            ]),
      ])
    },
    judge: { once: true },
    doing: `The checker called lookup with a k of ${K}, an alpha of ${ALPHA} and two seeds, which contradict each other: one of them names false IDs or false addresses where the other one tells the truth. The first one that was asked also named the other one, with an ID that is far from the target.`,
  })
  const unasked = seeds.find(seed => !queries.some(query => query.node.spec === seed))
  if (unasked) {
    t.fail({
      op: 'lookup',
      expected: 'a query to each of the two seeds.',
      got: `no query to ${unasked.name}.`,
      hint: 'you do not know the ID of a seed. Does it count as the closest until it has answered, whatever others say of its address?',
    })
  }
  const right = [...closest, farther[0]!]
  const hints = new Map([
    [idTrueFirst, ID_TWICE],
    [idFalseFirst, ID_TWICE],
    [addressTrueFirst, ADDRESS_TWICE],
    [addressFalseFirst, ADDRESS_TWICE],
    [
      renamed,
      'others named this node with a false ID, and it answered with its own. Do you keep it in the list, with the ID in its own answer?',
    ],
  ])
  const lacking = right.find(one => !got.some(text => text.endsWith(` ${find(one).address}`)))
  const missing = lacking && hints.get(lacking)
  expectNodes(t, got, {
    target,
    k: K,
    nodes,
    closest: right.map(find),
    ...(missing !== undefined && { missing }),
  })
}
