import assert from 'node:assert/strict'
import type { Plan } from '../../../network/events.ts'
import { edges } from '../../../network/state.ts'
import { watched, type WatchedNetwork } from '../../kit/network.ts'

describe('A network by plan', () => {
  let network: WatchedNetwork
  beforeEach(() => {
    network = watched()
  })
  afterEach(() => network.stopAll())
  const links = () => edges(network.state).map(({ a, b }) => `${a} ${b}`)

  const plans: { topology: Plan; nodes: number; links?: [number, number][]; expected: string[] }[] = [
    { topology: 'grid', nodes: 5, expected: ['n1 n2', 'n1 n4', 'n2 n3', 'n2 n5', 'n4 n5'] },
    { topology: 'tree', nodes: 5, expected: ['n1 n2', 'n1 n3', 'n2 n4', 'n2 n5'] },
    {
      topology: 'file',
      nodes: 4,
      links: [
        [4, 1],
        [1, 2],
        [2, 3],
      ],
      expected: ['n1 n2', 'n1 n4', 'n2 n3'],
    },
  ]
  for (const { expected, ...plan } of plans) {
    it(`of a ${plan.topology} has just its links, delivers, and takes a newcomer`, async () => {
      await network.start({ ...plan, discovery: 'assigned' })
      assert.deepEqual(links().sort(), expected)
      await network.deliver({ node: 'n1', count: plan.nodes - 1 })
      const { node } = await network.addNode()
      await network.deliver({ node, count: plan.nodes })
      assert.equal(network.state.topology, plan.topology)
    })
  }

  it('that gossipsub cannot keep healthy starts with a warning that says why', async () => {
    await network.start({ nodes: 15, topology: 'star', discovery: 'assigned' })
    const warning = network.state.notices.find(n => n.level === 'warning')
    assert.match(warning?.text ?? '', /14 nodes depend on n1.*D_high/)
    assert.equal(links().length, 14)
    await network.until('the hub pruned', () => network.eventsOf('pruned').some(e => e.node === 'n1'))
  })

  it('from links that make no network is refused before anything starts', async () => {
    const start = (links: [number, number][]) => network.start({ nodes: 3, topology: 'file', links })
    await assert.rejects(start([[1, 2]]), /node 3 cannot be reached from node 1/)
    await assert.rejects(network.start({ nodes: 3, topology: 'file' }), /there are no links/)
    assert.equal(network.events.length, 0)
  })
})
