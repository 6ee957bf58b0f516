import { startCluster } from '../../../check/cluster/cluster.ts'
import type { ClusterNode } from '../../../check/cluster/node.ts'
import type { Check } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'
import { byKey, createModel, same } from './model.ts'
import { difference, json } from './replica.ts'

const { ops, events } = exercise
const AN_HOUR = 3_600_000

/** Three nodes, one of them cut off; both sides write, and then the network is whole again. */
export const split: Check = async t => {
  const { random } = t
  const name = random.bytes(4).toString('hex')
  const offsets = random.shuffle([0, AN_HOUR, -AN_HOUR])
  t.doing('The checker started three nodes, whose clocks are an hour apart.')
  const cluster = await startCluster(t, {
    start: ops.start,
    size: 3,
    args: node => ({ ...node, clockMs: offsets[Number(node.id.slice(1)) - 1]! }),
  })
  const connected = (links: number) => () =>
    cluster.trace.entries.filter(({ kind }) => kind === 'connected').length >= links
  await cluster.until('every node connects to both others', connected(6), { ms: 5_000 })

  const model = createModel()
  let amounts = 0
  const add = async (node: ClusterNode, amount: number) => {
    amounts += amount
    await node.call(ops.add, { amount })
  }
  const set = async (node: ClusterNode, key: string) => {
    const value = `by ${node.id}`
    model.merge({ entries: [{ key, value, ...(await node.call(ops.set, { key, value })) }] })
  }
  const remove = async (node: ClusterNode, key: string) =>
    void model.merge({ entries: [{ key, value: null, ...(await node.call(ops.remove, { key })) }] })
  /** Every node has said last what all of it comes to. */
  const agree = (hint: string) =>
    cluster.until(
      'the last event changed of every node has the same counter and number of keys, those of all writes',
      () => cluster.nodes.every(({ id }) => said(id) === json([amounts, model.read().entries.length])),
      {
        ms: 3_000,
        hint,
        got: () =>
          cluster.nodes.map(({ id }) => `${id} said ${said(id) ?? 'nothing'}`).join(', ') +
          `; it is ${json([amounts, model.read().entries.length])}.`,
      },
    )
  const said = (id: string) => {
    const data = cluster.trace.events(events.changed, id).at(-1)?.data
    return data && json([data.counter, data.keys])
  }

  const [shared, gone, both] = [`shared-${name}`, `gone-${name}`, `both-${name}`]
  const [alone, ...others] = random.shuffle(cluster.nodes) as [ClusterNode, ClusterNode, ClusterNode]
  await set(others[0]!, gone)
  await add(alone, random.int(1, 99))
  await agree('each change goes to all peers.')

  const how = random.pick(['hold', 'break'] as const)
  t.doing(
    `The checker cut ${alone.id} off from ${others.map(({ id }) => id).join(' and ')}, and called ops on both sides.`,
  )
  const cut = cluster.split([[alone.id], others.map(({ id }) => id)], how)
  await add(alone, random.int(100, 999))
  await add(others[0]!, -random.int(100, 999))
  await add(others[1]!, random.int(100, 999))
  for (const node of random.shuffle(cluster.nodes)) await set(node, shared)
  for (const node of random.shuffle(cluster.nodes)) await set(node, `${both}-${node.id}`)
  await remove(random.pick(others), gone)
  await cluster.until('something waits at the cut', () => cut.blocked() > 0, { ms: 3_000 })
  await cluster.quiet()
  const { counter } = await alone.call(ops.read, {})
  if (cut.blocked() === 0 || counter === amounts)
    t.inconclusive('The network was not split while both sides wrote.')

  t.doing(
    `The checker cut ${alone.id} off from ${others.map(({ id }) => id).join(' and ')}, called ops on both sides, and ended the split.`,
  )
  cut.heal()
  await agree('a new connection begins with the whole state, and what was new in it is passed on.')
  await cluster.quiet()
  const expected = model.read().entries
  for (const node of cluster.nodes) {
    const { counter, entries } = await node.call(ops.read, {})
    const got = entries.map(({ key, value }) => ({ key, value })).sort(byKey)
    if (counter === amounts && same(got, expected)) continue
    const { key, what, instead } = difference(expected, got)
    const writes = cluster.trace.calls().filter(({ args }) => 'key' in args && args.key === key)
    t.fail({
      expected:
        counter === amounts
          ? `that on ${node.id}, ${json(key)} ${what}.`
          : `a counter of ${amounts} on ${node.id}.`,
      got: counter === amounts ? `${instead}.` : `${counter}.`,
      hint: 'every node decides by the same rule: the greater time wins, then the greater replica.',
      trail: writes.map(
        ({ node: on, op, args, result }) => `${on}: ${op} ${json(args)} returned ${json(result)}`,
      ),
      spoke: true,
    })
  }
}
