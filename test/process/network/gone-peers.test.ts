import assert from 'node:assert/strict'
import { identify } from '@libp2p/identify'
import type { PeerId } from '@libp2p/interface'
import { forgetGonePeers } from '../../../network/node/gone-peers.ts'
import { localGossipsub, type GossipSub, type RPC } from '../../../network/node/gossip.ts'
import { plainNode } from '../../kit/plain-node.ts'

const TOPIC = 'topic'

interface Inside {
  mesh: Map<string, Set<string>>
  peers: Map<string, unknown>
  streamsOutbound: Map<string, { rawStream: { status: string } }>
  createOutboundStream(peer: PeerId, connection: unknown): Promise<void>
  handleReceivedRpc(from: PeerId, rpc: RPC): Promise<void>
}
const insideOf = (pubsub: GossipSub) => pubsub as unknown as Inside

async function node() {
  const libp2p = await plainNode({
    start: false,
    services: { identify: identify(), pubsub: localGossipsub(TOPIC) },
  })
  forgetGonePeers(libp2p.services.pubsub)
  await libp2p.start()
  libp2p.services.pubsub.subscribe(TOPIC)
  return libp2p
}

async function until(what: string, condition: () => boolean) {
  const end = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

const graft = {
  subscriptions: [],
  messages: [],
  control: { ihave: [], iwant: [], graft: [{ topicID: TOPIC }], prune: [], idontwant: [] },
}

describe('gossipsub, of a peer that is gone', () => {
  let nodes: Awaited<ReturnType<typeof node>>[] = []
  beforeEach(async () => {
    nodes = await Promise.all([node(), node()])
  })
  afterEach(async () => {
    await Promise.all(nodes.map(one => one.stop()))
  })

  it('keeps no stream that was being opened, and opens another when it is back', async () => {
    const [a, b] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
    const [inA, inB] = [insideOf(a.services.pubsub), insideOf(b.services.pubsub)]
    const id = b.peerId.toString()
    const meet = async () => {
      const connection = await a.dial(b.getMultiaddrs())
      const inBoth = () => inA.mesh.get(TOPIC)?.has(id) && inB.mesh.get(TOPIC)?.has(a.peerId.toString())
      await until('each has the other in its mesh', () => inBoth() === true)
      return connection
    }
    const connection = await meet()
    inA.streamsOutbound.delete(id)
    // As when the connection ends while the stream is opened: it is closed before gossipsub gets it.
    await inA.createOutboundStream(b.peerId, {
      newStream: async (protocols: string[]) => {
        const stream = await connection.newStream(protocols)
        const gone = new Promise(resolve => a.addEventListener('peer:disconnect', resolve, { once: true }))
        connection.abort(new Error('the network is split'))
        await gone
        await until('it is forgotten', () => !inA.peers.has(id))
        return stream
      },
    })
    assert.equal(inA.streamsOutbound.has(id), false)
    await until('b forgets it, too', () => !inB.peers.has(a.peerId.toString()))
    await meet()
    assert.equal(inA.streamsOutbound.get(id)?.rawStream.status, 'open')
  })

  it('obeys nothing that was read before', async () => {
    const [a, b] = nodes as [(typeof nodes)[0], (typeof nodes)[0]]
    const inside = insideOf(a.services.pubsub)
    await inside.handleReceivedRpc(b.peerId, graft)
    assert.deepEqual([...(inside.mesh.get(TOPIC) ?? [])], [])
    inside.peers.set(b.peerId.toString(), b.peerId)
    await inside.handleReceivedRpc(b.peerId, graft)
    assert.deepEqual([...(inside.mesh.get(TOPIC) ?? [])], [b.peerId.toString()])
  })

  it('is that of another version where the names have moved', () => {
    assert.throws(() => forgetGonePeers({} as GossipSub), /is its version the pinned one/)
  })
})
