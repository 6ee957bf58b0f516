/** What two and more copies do with each other. */
import { bothWays } from '../../../check/cluster/cluster.ts'
import type { Message } from '../../../check/cluster/trace.ts'
import type { Check, CheckContext } from '../../../check/kit/check.ts'
import { number } from '../../../check/kit/finding.ts'
import exercise from '../exercise.ts'
import { someItems } from './house.ts'
import { deepItems, idOf, MOST_LISTED } from './item-set.ts'
import { bytesOf, carriedBy, kinds, messagesSince, openNetwork, rest } from './network.ts'

const { sync } = exercise.ops

const ALL = 10_000
const DIFFER = 10
const ITEM_BYTES = 24
/** What the README allows for one sync. */
const budget = (differ: number) => 1_000 + 2_000 * differ

const ONLY_WHERE_IT_DIFFERS =
  'do you go down only where digests differ, and list ids only where there are few?'

function expectWithin(t: CheckContext, messages: readonly Message[], differ: number): void {
  const bytes = bytesOf(messages)
  if (bytes <= budget(differ)) return
  t.fail({
    expected: `at most ${number(budget(differ))} bytes for a sync of ${number(ALL)} items of which ${differ} differ.`,
    got: `${number(bytes)}: ${kinds(messages)}.`,
    hint: ONLY_WHERE_IT_DIFFERS,
    spoke: true,
  })
}

/** Nothing differs: the digests of the prefix "" say so. */
export function expectOne(t: CheckContext, messages: readonly Message[], why: string): void {
  if (messages.length === 1) return
  t.fail({
    expected: `one message for a sync ${why}.`,
    got: `${messages.length}: ${kinds(messages)}.`,
    hint: 'digests that equal yours need no answer.',
    spoke: true,
  })
}

export const halves: Check = async t => {
  const pairs = [
    ['n1', 'n2'],
    ['n3', 'n4'],
    ['n1', 'n3'],
    ['n2', 'n4'],
  ] as const
  const network = await openNetwork(t, { size: 4, edges: bothWays(pairs) })
  const { cluster } = network
  const nodes = cluster.nodes.map(({ id }) => id)
  const items = someItems(t, ALL, ITEM_BYTES)
  const common = items.slice(DIFFER)
  t.doing(`Each of 4 nodes was given the same ${number(common.length)} items, in an order of its own.`)
  await Promise.all(nodes.map(id => network.put(id, t.random.split(id).shuffle(common))))
  expectOne(t, await network.sync('n1', 'n3'), 'when the sets are equal, in whatever order they came')

  t.doing(
    `The checker split n1 and n2 from n3 and n4, and put ${DIFFER / 2} items on n1 and ${DIFFER / 2} others on n3. n1 began a sync with n2, n3 with n4, and n1 with n3, behind the split.`,
  )
  const split = cluster.split([
    ['n1', 'n2'],
    ['n3', 'n4'],
  ])
  const before = cluster.trace.entries.length
  await network.put('n1', items.slice(0, DIFFER / 2))
  await network.put('n3', items.slice(DIFFER / 2, DIFFER))
  await cluster.node('n1').call(sync, { peer: 'n2' })
  await cluster.node('n3').call(sync, { peer: 'n4' })
  await cluster.node('n1').call(sync, { peer: 'n3' })
  await rest(t, cluster)
  const crossing = ({ from, to }: { from: string; to: string }) =>
    (from === 'n1' || from === 'n2') !== (to === 'n1' || to === 'n2')
  const crossed = messagesSince(cluster, before).some(
    message => crossing(message) && message.deliveredAt !== undefined,
  )
  if (split.blocked() === 0 || crossed) t.inconclusive('the split did not keep back the sync of n1 with n3.')
  network.unite('n1', 'n2')
  network.unite('n3', 'n4')
  await network.expect(
    nodes,
    'during the split, when each half has synced',
    'one sync makes both sides equal: does each side get what it lacks?',
  )

  t.doing('The checker healed the split, and the sync of n1 with n3 arrived.')
  split.heal()
  network.unite('n1', 'n3')
  await network.expect(
    ['n1', 'n3'],
    'after one sync between them',
    'one sync makes both sides equal: does each side get what it lacks?',
  )
  const first = messagesSince(cluster, before).filter(crossing)
  expectWithin(t, first, DIFFER)

  t.doing('n2 began a sync with n4, which had been in the other half.')
  const second = await network.sync('n2', 'n4')
  await network.expect(nodes, 'after the split, when all have synced')
  expectWithin(t, second, DIFFER)

  t.doing('After everything was equal, the checker put one item on n1, and n3 began a sync with n1.')
  await network.put('n1', someItems(t, 1, ITEM_BYTES))
  const again = await network.sync('n3', 'n1')
  expectWithin(t, again, 1)
  expectOne(t, await network.sync('n1', 'n3'), 'when nothing differs any more')

  t.figures([
    {
      name: `Bytes for ${DIFFER} of ${number(ALL)} items`,
      value: number(bytesOf(first)),
      reference: number(REFERENCE.ten),
    },
    { name: 'Bytes for 1 item', value: number(bytesOf(again)), reference: number(REFERENCE.one) },
    {
      name: 'Bytes of all items, as one message',
      value: number(`{"type":"items","items":[]}`.length + 4 + ALL * (2 * ITEM_BYTES + 3) - 1),
    },
  ])
}

/** What the solution needs, about: it depends on where the items lie. */
const REFERENCE = { ten: 9_800, one: 1_500 }

export const sides: Check = async t => {
  const network = await openNetwork(t, { size: 3 })
  t.doing('n2 began a sync with n3. Neither had an item.')
  expectOne(t, await network.sync('n2', 'n3'), 'between two nodes that have nothing')

  const items = someItems(t, t.random.int(1_500, 2_500))
  t.doing(
    `${number(items.length)} items were on n1, and none on n2 and n3. n1 began a sync with n2, and n3 with n1.`,
  )
  await network.put('n1', items)
  for (const [from, to, empty] of [
    ['n1', 'n2', 'n2'],
    ['n3', 'n1', 'n3'],
  ] as const) {
    const messages = await network.sync(
      from,
      to,
      `after ${from} has synced with ${to}, and ${empty} had nothing`,
      'an empty list of ids is an answer, too: it says that everything is missing.',
    )
    const carried = carriedBy(messages)
    if (carried !== items.length)
      t.fail({
        expected: `that each of ${number(items.length)} items crosses once to the node that has nothing.`,
        got: `${number(carried)} items: ${kinds(messages)}.`,
        hint: 'who lists no ids is sent everything, and need not ask for it as well.',
        spoke: true,
      })
  }

  const deep = t.random.shuffle(deepItems())
  const common = deep.slice(0, MOST_LISTED + 2)
  const [one, other] = deep.slice(MOST_LISTED + 2)
  t.doing(
    `n2 and n3 had ${common.length} items whose ids begin with ${idOf(one!).slice(0, 5)}, and n2 one more. Each of them began a sync with the other in turn.`,
  )
  await network.put('n2', common)
  await network.put('n3', t.random.shuffle(common))
  for (const [holder, item, from, to] of [
    ['n2', one!, 'n2', 'n3'],
    ['n2', other!, 'n3', 'n2'],
  ] as const) {
    await network.put(holder, [item])
    await network.sync(
      from,
      to,
      `after a sync that ${from} began, when they differed in one item`,
      'does the way down go on as long as more than 16 ids are below a prefix?',
    )
  }
}
