import type { Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

interface Inside {
  components?: { addressManager?: { getAddresses(): Multiaddr[] } }
}

/**
 * Has the node work out its addresses once, not for everybody who asks it to identify itself. Call when it listens: from then on they stay the same.
 *
 * The names are not public: the version is pinned, and a contract test fails when they move.
 */
export function fixAddresses(libp2p: Libp2p): void {
  const manager = (libp2p as unknown as Inside).components?.addressManager
  if (typeof manager?.getAddresses !== 'function')
    throw new Error('libp2p has no address manager: is its version the pinned one?')
  const addresses = manager.getAddresses()
  manager.getAddresses = () => [...addresses]
}
