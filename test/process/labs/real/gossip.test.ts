/**
 * Exercise 4.7 in two networks that know nothing of it: one of the product's own, with its live view, and one of @chainsafe/libp2p-gossipsub 14 on
 * libp2p 2, which is the code of another line of releases.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { gossipsub, type GossipSub } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { identify } from 'identify-v2'
import { createLibp2p } from 'libp2p-v2'
import { multiaddr } from 'multiaddr-v12'
import { noise } from 'noise-v2'
import { tcp } from 'tcp-v2'
import { yamux } from 'yamux-v2'
import type { Program } from '../../../../labs/check/engine/program.ts'
import { sceneOf } from '../../../../webview/graph/scene.ts'
import { removeFolders } from '../../../kit/labs.ts'
import { watched, type WatchedNetwork } from '../../../kit/network.ts'
import { skipBecause } from '../../../kit/platform.ts'
import { startSolution } from '../../../kit/running-solution.ts'

const hashOf = (height: number) => createHash('sha256').update(String(height)).digest('hex')
const announcement = (height: number, time = Date.now()) =>
  JSON.stringify({ height, hash: hashOf(height), time })

const JOIN = { address: '/ip4/127.0.0.1/tcp/0', intervalMs: 500, heartbeatMs: 200, driftMs: 60_000 }

/** The next event of the program, without what differs from run to run. */
const told = async (solution: Program, event: 'judged' | 'announcement') => {
  const { sequenceNumber: _, ...data } = (await solution.told.next(event)).data as Record<string, unknown>
  return data
}

describe('the solution of 4.7 in a network of the product', function () {
  this.timeout(3 * 60_000)
  const names = ['n1', 'n2', 'n3', 'n4']
  let network: WatchedNetwork
  let solution: Program
  let id: string

  before(async function () {
    network = watched()
    await network.start({ nodes: 4, topology: 'ring' })
    const { mdns, topic } = network.state
    if (!mdns) {
      await network.stopAll()
      skipBecause(this, 'multicast does not work on the loopback interface of this computer')
    }
    solution = await startSolution('4.7')
    const { address } = await solution.call('join', { ...JOIN, ...mdns, topic })
    id = String(address).split('/').at(-1)!
  })
  after(async () => {
    await solution?.stop()
    await network.stopAll()
    await removeFolders()
  })

  const idOf = (name: string) => network.state.nodes[name]!.peerId!
  const inMeshOf = (...nodes: readonly string[]) =>
    network.until(`it is in the mesh of ${nodes.join(', ')}`, state =>
      nodes.every(name => state.nodes[name]!.mesh.includes(id)),
    )
  const announces = async (height: number, nodes: readonly string[]) => {
    await solution.call('announce', { height, hash: hashOf(height) })
    await network.until(`${height} reaches all`, state =>
      state.messages.some(m => m.origin === id && nodes.every(name => name in m.deliveries)),
    )
  }

  it('is a member of the mesh of every node, and the live view shows it as a foreign peer in the mesh', async () => {
    await inMeshOf(...names)
    const { nodes, edges } = sceneOf()(network.state)
    const foreign = nodes.filter(({ mark }) => mark === 'foreign')
    assert.equal(foreign.length, 1)
    const linked = edges.filter(({ a, b }) => [a, b].includes(foreign[0]!.name))
    assert.deepEqual(linked.map(({ a, b }) => (a === foreign[0]!.name ? b : a)).toSorted(), names)
    assert.deepEqual([...new Set(linked.map(({ kind }) => kind))], ['mutual'])
  })

  it('accepts an announcement that a node broadcasts, and is heard by all nodes', async () => {
    await network.deliver({ node: 'n3', text: announcement(812) })
    const origin = idOf('n3')
    assert.deepEqual(await told(solution, 'judged'), { origin, verdict: 'accept' })
    assert.deepEqual(await told(solution, 'announcement'), { origin, height: 812, hash: hashOf(812) })
    await announces(1, names)
  })

  it('is in the mesh again with the nodes that come when others are killed', async () => {
    await network.killNode('n1')
    await network.addNode()
    await network.until('n5 listens', ({ nodes }) => nodes['n5']?.peerId !== undefined)
    await network.restartNode('n1')
    await inMeshOf('n1', 'n5')
    await announces(2, ['n1', 'n5'])
  })

  it('ignores an old height, which costs no node its place, and rejects what is no announcement', async () => {
    const origin = idOf('n3')
    await network.deliver({ node: 'n3', text: announcement(811) })
    assert.deepEqual(await told(solution, 'judged'), { origin, verdict: 'ignore' })
    await network.deliver({ node: 'n3', text: announcement(813) })
    assert.deepEqual(await told(solution, 'judged'), { origin, verdict: 'accept' })
    // Last: it costs all who pass it on their place in the mesh.
    await network.deliver({ node: 'n3', text: 'hello' })
    assert.deepEqual(await told(solution, 'judged'), { origin, verdict: 'reject' })
  })
})

describe('the solution of 4.7 and gossipsub 14 on libp2p 2', function () {
  this.timeout(2 * 60_000)
  const topic = 'p2plab/heights'
  let solution: Program
  let address: string
  let id: string
  const stops: (() => unknown)[] = []

  /** Its defaults, and P4 for the topic. What it hears is in `heard`. */
  const startForeign = async () => {
    const node = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: {
        identify: identify(),
        pubsub: gossipsub({
          allowPublishToZeroTopicPeers: true,
          scoreParams: {
            topics: {
              [topic]: createTopicScoreParams({
                timeInMeshWeight: 0,
                firstMessageDeliveriesWeight: 0,
                meshMessageDeliveriesWeight: 0,
                meshFailurePenaltyWeight: 0,
              }),
            },
          },
        }) as (components: unknown) => GossipSub,
      },
    })
    stops.push(() => node.stop())
    const { pubsub } = node.services
    const heard: string[] = []
    pubsub.addEventListener('message', ({ detail }) => void heard.push(Buffer.from(detail.data).toString()))
    pubsub.subscribe(topic)
    await node.dial(multiaddr(address))
    const hasIt = () => pubsub.getMeshPeers(topic).includes(id)
    await until('they are in one mesh', hasIt)
    return {
      id: node.peerId.toString(),
      heard,
      hasIt,
      score: () => pubsub.getScore(id),
      publish: (text: string) => pubsub.publish(topic, Buffer.from(text)),
    }
  }

  before(async () => {
    solution = await startSolution('4.7')
    // Nobody answers for this name, and multicast need not work.
    const mdns = { serviceTag: '_p2plab-alone._udp.local', port: 23_457 }
    const joined = await solution.call('join', { ...JOIN, ...mdns, topic })
    address = String(joined['address'])
    id = address.split('/').at(-1)!
  })
  after(async () => {
    for (const stop of stops) await stop()
    await solution.stop()
    await removeFolders()
  })

  it('relay for each other, keep their scores, and part when one sends what the other rejects', async () => {
    const [first, second] = [await startForeign(), await startForeign()]
    // The solution has both in its mesh when it has judged a message of each.
    for (const [foreign, height] of [
      [first, 1],
      [second, 1],
    ] as const) {
      await foreign.publish(announcement(height))
      assert.deepEqual(await told(solution, 'judged'), { origin: foreign.id, verdict: 'accept' })
    }

    const text = announcement(7)
    await first.publish(text)
    assert.deepEqual(await told(solution, 'judged'), { origin: first.id, verdict: 'accept' })
    await until('the other one hears it by way of the solution', () => second.heard.includes(text))

    const stale = announcement(6)
    await first.publish(stale)
    assert.deepEqual(await told(solution, 'judged'), { origin: first.id, verdict: 'ignore' })

    await solution.call('announce', { height: 3, hash: hashOf(3) })
    const own = (one: string) => (JSON.parse(one) as { hash: string }).hash === hashOf(3)
    for (const foreign of [first, second])
      await until('both hear the solution', () => foreign.heard.some(own))

    await second.publish('hello')
    assert.deepEqual(await told(solution, 'judged'), { origin: second.id, verdict: 'reject' })
    await until('the one that sent it is pruned', () => !second.hasIt())
    assert.ok(first.hasIt())
    assert.ok(!second.heard.includes(stale) && !first.heard.includes('hello'))
    assert.deepEqual([first.score(), second.score()], [0, 0])
  })
})

/** Polls: another line of releases has other events. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 30_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within 30 s: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
