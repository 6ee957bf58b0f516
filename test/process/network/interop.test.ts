import assert from 'node:assert/strict'
import { gossipsub, type GossipSub } from '@chainsafe/libp2p-gossipsub'
import { identify } from 'identify-v2'
import { createLibp2p } from 'libp2p-v2'
import { multiaddr } from 'multiaddr-v12'
import { noise } from 'noise-v2'
import { tcp } from 'tcp-v2'
import { yamux } from 'yamux-v2'
import { watched } from '../../kit/network.ts'

/** A peer from another line of releases: @chainsafe/libp2p-gossipsub 14 on libp2p 2, its defaults unchanged. */
const startForeignPeer = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), pubsub: gossipsub() as (components: unknown) => GossipSub },
  })

describe('A foreign peer (gossipsub 14 on libp2p 2)', () => {
  it('joins a network, hears its broadcasts, and is heard by all its nodes', async () => {
    const network = watched()
    await network.start({ nodes: 4, topology: 'full', discovery: 'assigned' })
    const foreign = await startForeignPeer()
    try {
      const { topic } = network.state
      const heard: string[] = []
      const { pubsub } = foreign.services
      const hears = new Promise<void>(resolve => {
        pubsub.addEventListener('message', event => {
          heard.push(new TextDecoder().decode(event.detail.data))
          resolve()
        })
      })
      pubsub.subscribe(topic)
      await foreign.dial(multiaddr(network.state.nodes['n1']!.addresses[0]))
      const id = foreign.peerId.toString()
      await network.until('n1 has the foreign peer in its mesh', state =>
        state.nodes['n1']!.mesh.includes(id),
      )

      await network.deliver({ node: 'n3', text: 'from ours', count: 3 })
      await hears
      assert.deepEqual(heard, ['from ours'])

      await pubsub.publish(topic, new TextEncoder().encode('from the foreign peer'))
      await network.until('all four have the foreign message', state =>
        state.messages.some(m => m.origin === id && Object.keys(m.deliveries).length === 4),
      )
      assert.equal(network.state.nodes['n1']!.connections[id]?.direction, 'inbound')
    } finally {
      await foreign.stop()
      await network.stopAll()
    }
  })
})
