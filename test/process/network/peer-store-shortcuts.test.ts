import assert from 'node:assert/strict'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { multiaddr } from '@multiformats/multiaddr'
import { takeShortcuts } from '../../../network/node/peer-store-shortcuts.ts'
import { plainNode } from '../../kit/plain-node.ts'

const node = () => plainNode({ services: { identify: identify(), ping: ping() } })

describe('A peer store', () => {
  it('is told of a protocol once, and of everything else as before', async () => {
    const [a, b] = await Promise.all([node(), node()])
    try {
      /** What libp2p's own merge is asked to add, as JSON. */
      const added: string[] = []
      const merge = a.peerStore.merge.bind(a.peerStore)
      a.peerStore.merge = (id, data, options) => {
        added.push(JSON.stringify(data))
        return merge(id, data, options)
      }
      takeShortcuts(a)
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

      // Whoever asks again gets what it said last, and it says so of each change.
      assert.equal(await a.peerStore.get(b.peerId), await a.peerStore.get(b.peerId))
      await a.handle('/mine/1', () => undefined)
      assert.equal(await a.peerStore.get(a.peerId), await a.peerStore.get(a.peerId))
      assert.ok((await a.peerStore.get(a.peerId)).protocols.includes('/mine/1'))
      await a.unhandle('/mine/1')
      assert.ok(!(await a.peerStore.get(a.peerId)).protocols.includes('/mine/1'))

      // What was taken back is not known any more.
      await a.peerStore.patch(b.peerId, { protocols: [] })
      await a.peerStore.merge(b.peerId, { protocols: ['/new/1'] })
      assert.deepEqual((await a.peerStore.get(b.peerId)).protocols, ['/new/1'])

      const gone = new Promise<void>(resolve => {
        a.addEventListener('peer:disconnect', () => resolve(), { once: true })
      })
      await b.stop()
      await gone
      assert.notEqual(await a.peerStore.get(b.peerId), await a.peerStore.get(b.peerId))
      await a.peerStore.delete(b.peerId)
      await assert.rejects(a.peerStore.get(b.peerId), { name: 'NotFoundError' })
      await a.peerStore.merge(b.peerId, { protocols: ['/new/1'] })
      assert.deepEqual((await a.peerStore.get(b.peerId)).protocols, ['/new/1'])
    } finally {
      await Promise.all([a.stop(), b.stop()])
    }
  })

  it('is not told what nobody reads', async () => {
    const [a, b] = await Promise.all([node(), node()])
    try {
      takeShortcuts(a)
      assert.deepEqual(
        (await a.peerStore.merge(b.peerId, { metadata: { a: new Uint8Array(1) } })).protocols,
        [],
      )
      const identified = new Promise<string | undefined>(resolve => {
        a.addEventListener('peer:identify', ({ detail }) => resolve(detail.agentVersion), { once: true })
      })
      const { remoteAddr } = await a.dial(b.getMultiaddrs())
      assert.match((await identified) ?? '', /^js-libp2p/)
      const peer = await a.peerStore.get(b.peerId)
      assert.deepEqual([...peer.metadata], [])
      assert.deepEqual(
        peer.addresses.map(({ multiaddr }) => `${multiaddr}/p2p/${b.peerId}`),
        [String(remoteAddr)],
      )
      // What was discovered is kept, so that it can be dialed.
      const found = multiaddr('/ip4/127.0.0.1/tcp/1')
      await a.peerStore.merge(b.peerId, { multiaddrs: [found] })
      assert.equal((await a.peerStore.get(b.peerId)).addresses.length, 2)
    } finally {
      await Promise.all([a.stop(), b.stop()])
    }
  })
})
