/** Exercise 3.8 and a network of the product's own: nodes that know nothing of the exercise, and find its node by mDNS. */
import assert from 'node:assert/strict'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { sceneOf } from '../../../../webview/graph/scene.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { watched, type WatchedNetwork } from '../../../kit/network.ts'
import { skipBecause } from '../../../kit/platform.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const AGENT = 'learner/3.8'

describe('the solution of 3.8 and a local network', function () {
  this.timeout(3 * 60_000)
  let network: WatchedNetwork
  let solution: Program
  let id: string

  before(async function () {
    network = watched()
    await network.start({ nodes: 4, topology: 'ring' })
    const { mdns } = network.state
    if (!mdns) {
      await network.stopAll()
      skipBecause(this, 'multicast does not work on the loopback interface of this computer')
    }
    solution = await startSolution('3.8')
    const joined = await solution.call('join', {
      ...mdns,
      address: '/ip4/127.0.0.1/tcp/0',
      intervalMs: 500,
      agent: AGENT,
    })
    id = String(joined['address']).split('/').at(-1)!
  })
  after(async () => {
    await solution?.stop()
    await network.stopAll()
    await removeFolders()
  })

  const idOf = (name: string) => network.state.nodes[name]!.peerId!
  /** The IDs of the next so many events. */
  const next = async (event: 'peer' | 'lost', count: number) => {
    const told = []
    for (let i = 0; i < count; i++) told.push((await solution.told.next(event)).data as { id: string })
    return told
  }
  const peers = async () => ((await solution.call('peers', {}))['peers'] as string[]).toSorted()

  it('meet by multicast DNS: each node is its peer, and each discovers it, is dialed once and learns its agent', async () => {
    const names = ['n1', 'n2', 'n3', 'n4']
    const met = await next('peer', 4)
    assert.deepEqual(met.map(peer => peer.id).toSorted(), names.map(idOf).toSorted())
    assert.ok(met.every(peer => 'agent' in peer && String(peer.agent).startsWith('js-libp2p/')))
    await network.until('all know it', ({ nodes }) =>
      names.every(
        name => nodes[name]!.connections[id]?.agent === AGENT && nodes[name]!.discovered.includes(id),
      ),
    )
    for (const name of names) {
      assert.equal(network.state.nodes[name]!.connections[id]!.direction, 'inbound')
      const connected = network.eventsOf('connected').filter(e => e.node === name && e.peer === id)
      assert.equal(connected.length, 1)
    }
  })

  it('is in the picture of the network as a foreign peer, connected to all nodes', () => {
    const { nodes, edges } = sceneOf()(network.state)
    const foreign = nodes.filter(({ mark }) => mark === 'foreign')
    assert.equal(foreign.length, 1)
    const linked = edges.flatMap(({ a, b, kind }) =>
      kind === 'connection' && (a === foreign[0]!.name || b === foreign[0]!.name) ? [a, b] : [],
    )
    assert.deepEqual(linked.filter(name => name !== foreign[0]!.name).toSorted(), ['n1', 'n2', 'n3', 'n4'])
  })

  it('loses a node that is killed, meets one that is new, and the killed one again when it is back', async () => {
    const killed = idOf('n1')
    await network.killNode('n1')
    assert.deepEqual(
      (await next('lost', 1)).map(peer => peer.id),
      [killed],
    )
    assert.deepEqual(await peers(), ['n2', 'n3', 'n4'].map(idOf).toSorted())
    await network.addNode()
    await network.until('n5 listens', ({ nodes }) => nodes['n5']?.peerId !== undefined)
    assert.deepEqual(
      (await next('peer', 1)).map(peer => peer.id),
      [idOf('n5')],
    )
    await network.restartNode('n1')
    assert.deepEqual(
      (await next('peer', 1)).map(peer => peer.id),
      [killed],
    )
    assert.deepEqual(await peers(), ['n1', 'n2', 'n3', 'n4', 'n5'].map(idOf).toSorted())
    assert.deepEqual(solution.told.waiting(), [])
  })
})
