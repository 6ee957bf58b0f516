import assert from 'node:assert/strict'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { fixAddresses } from '../../../network/node/fixed-addresses.ts'
import { plainNode } from '../../kit/plain-node.ts'

const node = () => plainNode({ services: { identify: identify() } })

describe('A node whose addresses are fixed', () => {
  it('has those at which it listens, and identifies itself with them', async () => {
    const [a, b] = await Promise.all([node(), node()])
    try {
      const before = a.getMultiaddrs().map(String)
      fixAddresses(a)
      // Nobody can change them for the others.
      a.getMultiaddrs().pop()
      assert.deepEqual(a.getMultiaddrs().map(String), before)
      const told = new Promise<string[]>(resolve => {
        b.addEventListener('peer:identify', ({ detail }) => resolve(detail.listenAddrs.map(String)), {
          once: true,
        })
      })
      await b.dial(a.getMultiaddrs())
      assert.deepEqual(
        (await told).map(address => `${address}/p2p/${a.peerId}`),
        before,
      )
    } finally {
      await Promise.all([a.stop(), b.stop()])
    }
  })

  it('is said to be of another libp2p where it has no address manager', () => {
    assert.throws(() => fixAddresses({} as Libp2p), /is its version the pinned one/)
  })
})
