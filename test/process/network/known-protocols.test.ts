import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'
import { addProtocolsOnce } from '../../../network/node/known-protocols.ts'

const node = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping() },
  })

describe('A peer store that is told of a protocol', () => {
  it('adds it once, and everything else as before', async () => {
    const [a, b] = await Promise.all([node(), node()])
    try {
      /** What libp2p's own merge is asked to add, as JSON. */
      const added: string[] = []
      const merge = a.peerStore.merge.bind(a.peerStore)
      a.peerStore.merge = (id, data, options) => {
        added.push(JSON.stringify(data))
        return merge(id, data, options)
      }
      addProtocolsOnce(a)
      const identified = new Promise<void>(resolve => {
        a.addEventListener('peer:identify', () => resolve(), { once: true })
      })
      await a.dial(b.getMultiaddrs())
      await identified
      const { protocols } = await a.peerStore.get(b.peerId)
      assert.ok(protocols.includes('/ipfs/ping/1.0.0'))

      added.length = 0
      await a.services.ping.ping(b.peerId)
      await b.services.ping.ping(a.peerId)
      const same = await a.peerStore.merge(b.peerId, { protocols: ['/ipfs/ping/1.0.0'] })
      assert.deepEqual([String(same.id), same.protocols], [String(b.peerId), protocols])
      assert.deepEqual(added, [])

      const changed = await a.peerStore.merge(b.peerId, { protocols: ['/new/1', '/ipfs/ping/1.0.0'] })
      assert.ok(changed.protocols.includes('/new/1'))
      assert.deepEqual((await a.peerStore.get(b.peerId)).protocols, [...protocols, '/new/1'])
      await a.peerStore.merge(b.peerId, { protocols: ['/new/1'], tags: { friend: { value: 5 } } })
      assert.equal((await a.peerStore.get(b.peerId)).tags.get('friend')?.value, 5)
      assert.equal(added.length, 2)

      // What was taken back is not known any more.
      await a.peerStore.patch(b.peerId, { protocols: [] })
      await a.peerStore.merge(b.peerId, { protocols: ['/new/1'] })
      assert.deepEqual((await a.peerStore.get(b.peerId)).protocols, ['/new/1'])

      const gone = new Promise<void>(resolve => {
        a.addEventListener('peer:disconnect', () => resolve(), { once: true })
      })
      await b.stop()
      await gone
      await a.peerStore.delete(b.peerId)
      await a.peerStore.merge(b.peerId, { protocols: ['/new/1'] })
      assert.deepEqual((await a.peerStore.get(b.peerId)).protocols, ['/new/1'])
    } finally {
      await Promise.all([a.stop(), b.stop()])
    }
  })
})
