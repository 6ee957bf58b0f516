/** Which nodes a table keeps when all of them are good, and into how many buckets it splits. */
import type { CheckContext } from '../../../check/kit/check.ts'
import { count } from '../../../check/kit/finding.ts'
import { ID_BYTES } from '../../shared/krpc.ts'
import { idSharing, sharedBits } from '../../shared/xor.ts'
import { openHouse, type House, type Neighbor } from './house.ts'
import { expectTable } from './expect-table.ts'

/** A table as BEP 5 has it, in which nobody ever fails: what is judged by. Bucket i holds what shares i bits, the last one also what shares more. */
function createModel(own: Buffer, k: number) {
  const nodes: Neighbor[] = []
  let buckets = 1
  const bucketOf = ({ id }: Neighbor) => Math.min(sharedBits(id, own), buckets - 1)
  const isFull = (bucket: number) => nodes.filter(one => bucketOf(one) === bucket).length >= k
  return {
    nodes,
    buckets: () => buckets,
    /** Whether the bucket that has our own id in its range is full. */
    isOwnFull: () => isFull(buckets - 1),
    /** Whether the newcomer finds a place. */
    add(one: Neighbor): boolean {
      while (isFull(bucketOf(one)) && bucketOf(one) === buckets - 1) buckets++
      if (isFull(bucketOf(one))) return false
      nodes.push(one)
      return true
    },
  }
}

/** How many bits newcomers share with the program: first some for which one split is not enough, then too many for each bucket. */
function classes(t: CheckContext, k: number): number[] {
  const near = Array.from({ length: k }, () => t.random.int(4, 5))
  const many = [0, 1, 2].flatMap(bits => Array.from({ length: k + 1 }, () => bits))
  return [
    ...near,
    6,
    ...t.random.shuffle([...many, t.random.int(2, 3), t.random.int(8, 20), t.random.int(100, 158)]),
  ]
}

export async function splits(t: CheckContext): Promise<void> {
  const k = t.random.int(2, 3)
  const house = await openHouse(t, { k })
  const { id: own } = house.rules
  const model = createModel(own, k)
  const dropped: [Neighbor, string][] = []
  const claims = await house.neighbor(
    'the node that does not answer',
    idSharing(own, 1, t.random.bytes(ID_BYTES)),
  )
  claims.react = () => {}
  let claimed = false
  for (const [index, bits] of classes(t, k).entries()) {
    const name = `Node ${index + 1}`
    const one = await house.neighbor(name, idSharing(own, bits, t.random.bytes(ID_BYTES)))
    const before = model.buckets()
    const fits = model.add(one)
    const did = `k is ${k}. ${count(model.nodes.length, 'node')} in the table so far. ${name}, whose id shares ${count(bits, 'leading bit')} with yours, sent a ping, and answers all pings.`
    if (fits) await house.join(one, { missing: PLACE, did })
    else {
      dropped.push([
        one,
        `its bucket is full of good nodes, and your own id is not in its range (it shares only ${count(bits, 'bit')}): drop the newcomer.`,
      ])
      // Whether a program asks a node for which it has no place is its own business.
      await one.ask('ping')
      await house.untilRead()
    }
    t.doing(did)
    judgeUnasked(
      t,
      model.nodes.filter(node => node !== one),
    )
    await expectTable(t, house, {
      nodes: model.nodes,
      others: dropped,
      buckets: model.buckets(),
      missing: fits ? PLACE : 'a newcomer pushes out no good node.',
      split:
        model.buckets() === before
          ? 'a bucket is split only when a newcomer finds it full, and only if your own id is in its range.'
          : 'a full bucket that has your own id in its range is split into halves, and that half again that has your own id, until there is a place or the newcomer is in the other half.',
    })
    if (!claimed && model.isOwnFull()) {
      claimed = true
      await judgeClaim(t, house, claims, model)
    }
  }
}

const PLACE =
  'a full bucket that has your own id in its range is split, as often as it takes. All others hold k nodes, and drop newcomers only while they are full.'

/** Somebody who has not answered changes nothing. */
async function judgeClaim(
  t: CheckContext,
  house: House,
  claims: Neighbor,
  { nodes, buckets }: ReturnType<typeof createModel>,
): Promise<void> {
  t.doing('The bucket around your own id is full. A node sent a ping, and did not answer yours.')
  await claims.ask('ping')
  await house.untilRead()
  const hint = 'this node has not answered: nothing changes, and no bucket is split for it.'
  await expectTable(t, house, {
    nodes,
    others: [[claims, hint]],
    buckets: buckets(),
    missing: hint,
    split: hint,
  })
}

/** Fails if one of these was asked for more than getting to know it. */
export function judgeUnasked(t: CheckContext, nodes: readonly Neighbor[], known = 1): void {
  const asked = nodes.find(({ queries }) => queries.length > known)
  if (!asked) return
  t.fail({
    op: 'listen',
    expected: 'that your program asks none of the nodes in its table: all of them are good.',
    got: `another ${asked.queries.at(-1)!.method} to ${asked.name}.`,
    hint: "only questionable nodes are pinged for a newcomer: that is BEP 5's rule. The paper's rule pings the least recently seen node, even if it is good.",
  })
}
